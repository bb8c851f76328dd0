noinst_LIBRARIES += libarchive-wing.a libintake-wing.a libdesk-wing.a

libarchive_wing_a_SOURCES = \
	daemon/archive/check.c daemon/archive/check.h \
	daemon/archive/fold.c daemon/archive/fold.h \
	daemon/archive/names.c daemon/archive/names.h \
	daemon/archive/query.c daemon/archive/query.h \
	daemon/archive/rank.c daemon/archive/rank.h \
	daemon/archive/schema.c daemon/archive/schema.h \
	daemon/archive/search.c daemon/archive/search.h \
	daemon/archive/store.c daemon/archive/store.h \
	daemon/archive/tokenize.c daemon/archive/tokenize.h
libarchive_wing_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) $(ZSTD_CFLAGS) \
	$(UTF8PROC_CFLAGS)
ARCHIVE_LIBS = libarchive-wing.a $(BASE_LIBS) $(SQLITE_LIBS) $(ZSTD_LIBS) \
	$(UTF8PROC_LIBS) $(STEMMER_LIBS) -lm

libintake_wing_a_SOURCES = \
	daemon/intake/ingest.c daemon/intake/ingest.h \
	daemon/intake/queue.c daemon/intake/queue.h \
	daemon/intake/rules.c daemon/intake/rules.h \
	daemon/intake/scan.c daemon/intake/scan.h \
	daemon/intake/sources.c daemon/intake/sources.h \
	daemon/intake/watch.c daemon/intake/watch.h \
	daemon/intake/worker.c daemon/intake/worker.h
INTAKE_LIBS = libintake-wing.a $(ARCHIVE_LIBS)

libdesk_wing_a_SOURCES = \
	daemon/desk/methods.c daemon/desk/methods.h \
	daemon/desk/server.c daemon/desk/server.h

bin_PROGRAMS += docentd
docentd_SOURCES = daemon/main.c daemon/confine.c daemon/confine.h \
	daemon/service.c daemon/service.h
docentd_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
docentd_LDADD = libdesk-wing.a $(INTAKE_LIBS) $(SECCOMP_LIBS)
