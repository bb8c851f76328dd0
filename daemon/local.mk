noinst_LIBRARIES += libarchive-wing.a libintake-wing.a libdesk-wing.a
EXTRA_DIST += daemon/archive/han-table.sh

libarchive_wing_a_SOURCES = \
	daemon/archive/blob.c daemon/archive/blob.h \
	daemon/archive/check.c daemon/archive/check.h \
	daemon/archive/connection.c daemon/archive/connection.h \
	daemon/archive/document.c daemon/archive/document.h \
	daemon/archive/file.c daemon/archive/file.h \
	daemon/archive/fold.c daemon/archive/fold.h \
	daemon/archive/forgotten.c daemon/archive/forgotten.h \
	daemon/archive/kind.c daemon/archive/kind.h \
	daemon/archive/names.c daemon/archive/names.h \
	daemon/archive/query.c daemon/archive/query.h \
	daemon/archive/rank.c daemon/archive/rank.h \
	daemon/archive/schema.c daemon/archive/schema.h \
	daemon/archive/search.c daemon/archive/search.h \
	daemon/archive/sieve.c daemon/archive/sieve.h \
	daemon/archive/snippet.c daemon/archive/snippet.h \
	daemon/archive/store.c daemon/archive/store.h \
	daemon/archive/tokenize.c daemon/archive/tokenize.h \
	daemon/archive/fold-table.h
libarchive_wing_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) $(ZSTD_CFLAGS) \
	$(UTF8PROC_CFLAGS)
ARCHIVE_LIBS = libarchive-wing.a $(BASE_LIBS) $(SQLITE_LIBS) $(ZSTD_LIBS) \
	$(UTF8PROC_LIBS) $(STEMMER_LIBS) -lm

libintake_wing_a_SOURCES = \
	daemon/intake/fetch.c daemon/intake/fetch.h \
	daemon/intake/folders.c daemon/intake/folders.h \
	daemon/intake/ingest.c daemon/intake/ingest.h \
	daemon/intake/ledger.c daemon/intake/ledger.h \
	daemon/intake/pipeline.c daemon/intake/pipeline.h \
	daemon/intake/pressure.c daemon/intake/pressure.h \
	daemon/intake/queue.c daemon/intake/queue.h \
	daemon/intake/roots.c daemon/intake/roots.h \
	daemon/intake/rules.c daemon/intake/rules.h \
	daemon/intake/scan.c daemon/intake/scan.h \
	daemon/intake/scanner.c daemon/intake/scanner.h \
	daemon/intake/sources.c daemon/intake/sources.h \
	daemon/intake/watch.c daemon/intake/watch.h \
	daemon/intake/worker.c daemon/intake/worker.h
INTAKE_LIBS = libintake-wing.a $(ARCHIVE_LIBS)

libdesk_wing_a_SOURCES = \
	daemon/desk/door.c daemon/desk/door.h \
	daemon/desk/methods.c daemon/desk/methods.h \
	daemon/desk/params.c daemon/desk/params.h \
	daemon/desk/readers.c daemon/desk/readers.h \
	daemon/desk/rows.c daemon/desk/rows.h \
	daemon/desk/server.c daemon/desk/server.h \
	daemon/desk/when.c daemon/desk/when.h
DESK_LIBS = libdesk-wing.a $(INTAKE_LIBS)

bin_PROGRAMS += docentd
docentd_SOURCES = daemon/main.c daemon/confine.c daemon/confine.h \
	daemon/service.c daemon/service.h
docentd_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
docentd_LDADD = $(DESK_LIBS) $(SECCOMP_LIBS)
