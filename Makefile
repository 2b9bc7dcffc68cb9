# cloudops: safe cloud operations as a pipeline of small filters.
#   make            build everything into build/
#   make demo       install what is missing, build, and look at this host
#   make check      install what the tests need, build, and run every test
#   make install    PREFIX=/usr/local DESTDIR=   (and: make uninstall)
#   make asan | valgrind | fuzz | bench | lint

VERSION  = 0.1.0
PREFIX   = /usr/local
DESTDIR  =
BUILD    = build
CC       = cc
CFLAGS   = -O2 -g
WERROR   =
STATIC   = -Wl,-Bstatic
DYNAMIC  = -Wl,-Bdynamic

WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings $(WERROR)
HARDEN   = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
ALL_CFLAGS  = -std=c11 -D_POSIX_C_SOURCE=200809L -DCO_VERSION='"$(VERSION)"' -Ilib -I$(BUILD)/gen $(WARN) $(HARDEN) $(CFLAGS) -pthread
ALL_LDFLAGS = -pie -Wl,-z,relro -Wl,-z,now -Wl,--as-needed $(LDFLAGS) -pthread

# Libraries: static where Debian has the archive, because start-up is part of
# the design. What each tool links beyond libc is the line with its name.
JSON    = $(STATIC) -ljansson $(DYNAMIC)
YAML    = $(STATIC) -lyaml $(DYNAMIC)
CRYPTO  = $(STATIC) -lcrypto $(DYNAMIC)
JQ      = -ljq

LINK_co-intent  = $(YAML) $(JSON) $(CRYPTO)
LINK_co-plan    = $(YAML) $(JSON) $(CRYPTO)
LINK_co-policy  = $(YAML) $(JSON) $(CRYPTO)
LINK_co-approve = $(YAML) $(JSON) $(CRYPTO)
LINK_co-exec    = $(YAML) $(JSON) $(CRYPTO)
LINK_co-audit   = $(YAML) $(JSON) $(CRYPTO)
LINK_co-report  = $(YAML) $(JSON) $(CRYPTO)
LINK_co-expr    = $(JQ) $(JSON) $(CRYPTO)

TOOLS    = co-intent co-plan co-policy co-approve co-exec co-audit co-report
HELPERS  = co-expr
PROGRAMS = $(patsubst tools/%.c,%,$(wildcard $(TOOLS:%=tools/%.c) $(HELPERS:%=tools/%.c)))

LIB_SRC  = $(wildcard lib/*/*.c lib/provider/*/*.c)
LIB_OBJ  = $(LIB_SRC:%.c=$(BUILD)/%.o)
LIB      = $(BUILD)/libcloudops.a
TOOL_OBJ = $(BUILD)/tools/tool.o

all: $(PROGRAMS:%=$(BUILD)/%)

$(PROGRAMS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/tools/%.o $(TOOL_OBJ) $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $< $(TOOL_OBJ) $(LIB) $(LINK_$*)

$(LIB): $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Unit tests: one program a module, cmocka, TAP on standard output.
UNIT_SRC = $(wildcard tests/unit/*.c)
UNITS    = $(UNIT_SRC:%.c=$(BUILD)/%)

$(UNITS): $(BUILD)/%: $(BUILD)/%.o $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) -lcmocka $(YAML) $(JSON) $(CRYPTO) $(LINK_$(notdir $*))

units: $(UNITS)

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all units clean
.SECONDARY:
