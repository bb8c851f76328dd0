bin_PROGRAMS += docent
docent_SOURCES = client/main.c \
	client/call.c client/call.h \
	client/command.h \
	client/command-config.c \
	client/command-doctor.c \
	client/command-file.c \
	client/command-find.c \
	client/command-index.c \
	client/command-status.c \
	client/desktop.c client/desktop.h \
	client/last.c client/last.h \
	client/options.c client/options.h \
	client/print.c client/print.h
docent_LDADD = $(BASE_LIBS)
# Each library the loader does not have to find is part of a millisecond.
docent_LDFLAGS = $(AM_LDFLAGS) -Wl,--as-needed
