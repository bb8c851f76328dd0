systemduserunit_DATA = systemd/docent.socket systemd/docent.service
EXTRA_DIST += systemd/docent.socket systemd/docent.service.in
CLEANFILES += systemd/docent.service

systemd/docent.service: $(srcdir)/systemd/docent.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd && \
	sed 's|@bindir[@]|$(bindir)|' $(srcdir)/systemd/docent.service.in >$@.new && \
	mv $@.new $@
