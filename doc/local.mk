# Read by people; installed beside each other.
dist_doc_DATA = README.md NEWS.md SECURITY.md \
	doc/ARCHITECTURE.md doc/DEVELOPING.md
EXTRA_DIST += po/POTFILES.in
