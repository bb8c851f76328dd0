# Figures beside the references, by hand: they need a quiet machine.
# BENCH_FLAGS='--files 2000 --only query' and the like go through.
EXTRA_PROGRAMS = tests/bench/floor
EXTRA_DIST += tests/bench/bench tests/bench/benchlib.py
CLEANFILES += tests/bench/floor
tests_bench_floor_SOURCES = tests/bench/floor.c
tests_bench_floor_LDADD = $(ARCHIVE_LIBS)

bench: all tests/bench/floor
	@$(srcdir)/tests/bench/bench --build '$(abs_top_builddir)' $(BENCH_FLAGS)
.PHONY: bench
