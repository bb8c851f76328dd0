# Unit programs, one a room; end-to-end scripts; what they need.

UNIT_TESTS =
UNIT_TESTS += tests/unit/test-charset
tests_unit_test_charset_SOURCES = tests/unit/test-charset.c
tests_unit_test_charset_LDADD = $(INDEXER_LIBS)
UNIT_TESTS += tests/unit/test-check
tests_unit_test_check_SOURCES = tests/unit/test-check.c tests/unit/archive-case.c tests/unit/archive-case.h
tests_unit_test_check_LDADD = $(ARCHIVE_LIBS)
UNIT_TESTS += tests/unit/test-cut
tests_unit_test_cut_SOURCES = tests/unit/test-cut.c
tests_unit_test_cut_LDADD = $(INDEXER_LIBS)
UNIT_TESTS += tests/unit/test-extract
tests_unit_test_extract_SOURCES = tests/unit/test-extract.c
tests_unit_test_extract_LDADD = $(INDEXER_LIBS)
UNIT_TESTS += tests/unit/test-fault
tests_unit_test_fault_SOURCES = tests/unit/test-fault.c
tests_unit_test_fault_LDADD = $(BASE_LIBS)
UNIT_TESTS += tests/unit/test-fd
tests_unit_test_fd_SOURCES = tests/unit/test-fd.c
tests_unit_test_fd_LDADD = $(BASE_LIBS)
UNIT_TESTS += tests/unit/test-fetch
tests_unit_test_fetch_SOURCES = tests/unit/test-fetch.c
tests_unit_test_fetch_LDADD = $(INTAKE_LIBS)
UNIT_TESTS += tests/unit/test-fold
tests_unit_test_fold_SOURCES = tests/unit/test-fold.c
tests_unit_test_fold_LDADD = $(ARCHIVE_LIBS)
UNIT_TESTS += tests/unit/test-folders
tests_unit_test_folders_SOURCES = tests/unit/test-folders.c
tests_unit_test_folders_LDADD = $(INTAKE_LIBS)
UNIT_TESTS += tests/unit/test-lane
tests_unit_test_lane_SOURCES = tests/unit/test-lane.c
tests_unit_test_lane_LDADD = $(BASE_LIBS)
UNIT_TESTS += tests/unit/test-names
tests_unit_test_names_SOURCES = tests/unit/test-names.c
tests_unit_test_names_LDADD = $(ARCHIVE_LIBS)
UNIT_TESTS += tests/unit/test-outline
tests_unit_test_outline_SOURCES = tests/unit/test-outline.c
tests_unit_test_outline_LDADD = $(INDEXER_LIBS)
UNIT_TESTS += tests/unit/test-passage
tests_unit_test_passage_SOURCES = tests/unit/test-passage.c
tests_unit_test_passage_LDADD = $(BASE_LIBS)
UNIT_TESTS += tests/unit/test-protocol
tests_unit_test_protocol_SOURCES = tests/unit/test-protocol.c
tests_unit_test_protocol_LDADD = $(BASE_LIBS)
UNIT_TESTS += tests/unit/test-query
tests_unit_test_query_SOURCES = tests/unit/test-query.c
tests_unit_test_query_LDADD = $(ARCHIVE_LIBS)
UNIT_TESTS += tests/unit/test-queue
tests_unit_test_queue_SOURCES = tests/unit/test-queue.c
tests_unit_test_queue_LDADD = $(INTAKE_LIBS)
UNIT_TESTS += tests/unit/test-rank
tests_unit_test_rank_SOURCES = tests/unit/test-rank.c tests/unit/archive-case.c tests/unit/archive-case.h
tests_unit_test_rank_LDADD = $(ARCHIVE_LIBS)
UNIT_TESTS += tests/unit/test-recognise
tests_unit_test_recognise_SOURCES = tests/unit/test-recognise.c
tests_unit_test_recognise_LDADD = $(INDEXER_LIBS)
UNIT_TESTS += tests/unit/test-record
tests_unit_test_record_SOURCES = tests/unit/test-record.c
tests_unit_test_record_LDADD = $(BASE_LIBS)
UNIT_TESTS += tests/unit/test-rules
tests_unit_test_rules_SOURCES = tests/unit/test-rules.c
tests_unit_test_rules_LDADD = $(INTAKE_LIBS)
UNIT_TESTS += tests/unit/test-scan
tests_unit_test_scan_SOURCES = tests/unit/test-scan.c tests/unit/archive-case.c tests/unit/archive-case.h
tests_unit_test_scan_LDADD = $(INTAKE_LIBS)
UNIT_TESTS += tests/unit/test-search
tests_unit_test_search_SOURCES = tests/unit/test-search.c tests/unit/archive-case.c tests/unit/archive-case.h
tests_unit_test_search_LDADD = $(ARCHIVE_LIBS)
UNIT_TESTS += tests/unit/test-server
tests_unit_test_server_SOURCES = tests/unit/test-server.c
tests_unit_test_server_LDADD = $(DESK_LIBS) $(SECCOMP_LIBS)
UNIT_TESTS += tests/unit/test-settings
tests_unit_test_settings_SOURCES = tests/unit/test-settings.c
tests_unit_test_settings_LDADD = $(BASE_LIBS)
UNIT_TESTS += tests/unit/test-sink
tests_unit_test_sink_SOURCES = tests/unit/test-sink.c
tests_unit_test_sink_LDADD = $(INDEXER_LIBS)
UNIT_TESTS += tests/unit/test-sources
tests_unit_test_sources_SOURCES = tests/unit/test-sources.c
tests_unit_test_sources_LDADD = $(INTAKE_LIBS)
UNIT_TESTS += tests/unit/test-store
tests_unit_test_store_SOURCES = tests/unit/test-store.c tests/unit/archive-case.c tests/unit/archive-case.h
tests_unit_test_store_LDADD = $(ARCHIVE_LIBS)
UNIT_TESTS += tests/unit/test-text
tests_unit_test_text_SOURCES = tests/unit/test-text.c
tests_unit_test_text_LDADD = $(BASE_LIBS)
UNIT_TESTS += tests/unit/test-tokenize
tests_unit_test_tokenize_SOURCES = tests/unit/test-tokenize.c
tests_unit_test_tokenize_LDADD = $(ARCHIVE_LIBS)
UNIT_TESTS += tests/unit/test-watch
tests_unit_test_watch_SOURCES = tests/unit/test-watch.c
tests_unit_test_watch_LDADD = $(INTAKE_LIBS)
UNIT_TESTS += tests/unit/test-when
tests_unit_test_when_SOURCES = tests/unit/test-when.c
tests_unit_test_when_LDADD = $(DESK_LIBS) $(SECCOMP_LIBS)
UNIT_TESTS += tests/unit/test-wire
tests_unit_test_wire_SOURCES = tests/unit/test-wire.c
tests_unit_test_wire_LDADD = $(BASE_LIBS)
UNIT_TESTS += tests/unit/test-worker
tests_unit_test_worker_SOURCES = tests/unit/test-worker.c
tests_unit_test_worker_LDADD = $(INTAKE_LIBS)
check_PROGRAMS += $(UNIT_TESTS)

# The sandbox with a reader that attacks: everything of docent-indexer but
# its extractors.
ATTACKERS = tests/attackers/docent-indexer-malice
check_PROGRAMS += $(ATTACKERS)
tests_attackers_docent_indexer_malice_SOURCES = tests/attackers/docent-indexer-malice.c indexer/zygote.c indexer/sandbox.c indexer/warmup.c
tests_attackers_docent_indexer_malice_CFLAGS = $(libindexer_a_CFLAGS)
tests_attackers_docent_indexer_malice_LDADD = $(INDEXER_LIBS)
check_PROGRAMS += tests/attackers/docent-indexer-no-landlock
tests_attackers_docent_indexer_no_landlock_SOURCES = tests/attackers/docent-indexer-no-landlock.c
tests_attackers_docent_indexer_no_landlock_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
tests_attackers_docent_indexer_no_landlock_LDADD = $(GLIB_LIBS) $(SECCOMP_LIBS)

E2E_TESTS = \
	tests/bad-input.test \
	tests/cli.test \
	tests/find.test \
	tests/full-disk.test \
	tests/house.test \
	tests/land.test \
	tests/moves.test \
	tests/protocol.test \
	tests/sandbox.test
dist_check_SCRIPTS += tests/run tests/packages.sh tests/lib.sh $(E2E_TESTS)

check-programs: $(check_PROGRAMS) all
check-run: check-programs
	@SRCDIR='$(abs_top_srcdir)' BUILD='$(abs_top_builddir)' \
	DOCENT_INDEXER='$(abs_top_builddir)/docent-indexer' \
	DOCENT_INDEXER_MALICE='$(abs_top_builddir)/tests/attackers/docent-indexer-malice' \
	DOCENT_INDEXER_NO_LANDLOCK='$(abs_top_builddir)/tests/attackers/docent-indexer-no-landlock' \
	ASAN_OPTIONS=detect_leaks=1 \
	LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/lsan.supp:print_suppressions=0' \
	UBSAN_OPTIONS=print_stacktrace=1 \
	$(SHELL) $(srcdir)/tests/run $(UNIT_TESTS) \
	$(E2E_TESTS:%=$(srcdir)/%)
check-local: check-run
.PHONY: check-programs check-run

include tests/bench/local.mk
