noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	base/fault.c base/fault.h \
	base/fd.c base/fd.h \
	base/lane.c base/lane.h \
	base/log.c base/log.h \
	base/passage.c base/passage.h \
	base/protocol-table.c \
	base/protocol.c base/protocol.h \
	base/record.c base/record.h \
	base/settings.c base/settings.h \
	base/text.c base/text.h \
	base/wire.c base/wire.h
BASE_LIBS = libbase.a $(JANSSON_LIBS) $(GLIB_LIBS)
