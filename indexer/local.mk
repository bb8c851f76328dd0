noinst_LIBRARIES += libindexer.a
libindexer_a_SOURCES = \
	indexer/charset-score.c indexer/charset-score.h \
	indexer/charset-table.c indexer/charset-table.h \
	indexer/charset.c indexer/charset.h \
	indexer/cut.c indexer/cut.h \
	indexer/document.c indexer/document.h \
	indexer/escape.c indexer/escape.h \
	indexer/extract-html.c \
	indexer/extract-markdown.c \
	indexer/extract-pdf.c \
	indexer/extract-source.c \
	indexer/extract-text.c \
	indexer/extractor.c indexer/extractor.h \
	indexer/markup.c indexer/markup.h \
	indexer/outline-line.c indexer/outline-line.h \
	indexer/outline.c indexer/outline.h \
	indexer/place.c indexer/place.h \
	indexer/recognise-text.c indexer/recognise-text.h \
	indexer/recognise.c indexer/recognise.h \
	indexer/sandbox.c indexer/sandbox.h \
	indexer/sink.c indexer/sink.h \
	indexer/warmup.c indexer/warmup.h \
	indexer/zygote.c indexer/zygote.h
libindexer_a_CFLAGS = $(AM_CFLAGS) $(POPPLER_CFLAGS) $(XML_CFLAGS) \
	$(MAGIC_CFLAGS) $(SECCOMP_CFLAGS)
INDEXER_LIBS = libindexer.a $(BASE_LIBS) $(POPPLER_LIBS) $(XML_LIBS) \
	$(MAGIC_LIBS) $(SECCOMP_LIBS) -lm

pkglibexec_PROGRAMS += docent-indexer
docent_indexer_SOURCES = indexer/main.c
docent_indexer_LDADD = $(INDEXER_LIBS)
