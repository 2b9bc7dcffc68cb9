# cloudops: safe cloud operations as a pipeline of small filters.
#   make            build everything into build/
#   make demo       install what is missing, build, and look at this host
#   make check      install what the tests need, build, and run every test
#   make install    PREFIX=/usr/local DESTDIR=   (and: make uninstall)
#   make asan | valgrind | fuzz | answers | oracle | kubernetes | bench | lint

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
ALL_CFLAGS  = -std=c11 -D_POSIX_C_SOURCE=200809L -DCO_VERSION='"$(VERSION)"' -iquote lib -iquote $(BUILD)/gen $(WARN) $(HARDEN) $(CFLAGS) -pthread
PIE         = -pie
ALL_LDFLAGS = $(PIE) -Wl,-z,relro -Wl,-z,now -Wl,--as-needed $(LDFLAGS) -pthread

# Libraries: static where Debian has the archive, because start-up is part of
# the design. What each tool links beyond libc is the line with its name.
JSON    = $(STATIC) -ljansson $(DYNAMIC)
YAML    = $(STATIC) -lyaml $(DYNAMIC)
CRYPTO  = $(STATIC) -lcrypto $(DYNAMIC)
XML     = $(STATIC) -lexpat $(DYNAMIC)
JQ      = -ljq

LINK_co-intent  = $(YAML) $(JSON) $(CRYPTO)
LINK_co-plan    = $(YAML) $(JSON) $(CRYPTO)
LINK_co-policy  = $(YAML) $(JSON) $(CRYPTO)
LINK_co-approve = $(YAML) $(JSON) $(CRYPTO)
LINK_co-exec    = $(YAML) $(JSON) $(CRYPTO) $(XML)
LINK_co-audit   = $(YAML) $(JSON) $(CRYPTO)
LINK_co-report  = $(YAML) $(JSON) $(CRYPTO)
LINK_co-model   = $(YAML) $(JSON) $(CRYPTO)
LINK_co-expr    = $(JQ) $(JSON) $(CRYPTO) -lm

# What reaches no network takes libc in, too: half of its start is saved. ALONE= leaves libc shared, STATIC= all libraries.
ALONE    = $(if $(and $(STATIC),$(filter Linux,$(shell uname -s))),co-intent co-plan co-policy co-audit co-report)
$(ALONE:%=$(BUILD)/%): PIE = -static-pie
$(ALONE:%=$(BUILD)/%): DYNAMIC =

TOOLS    = co-intent co-plan co-policy co-approve co-exec co-audit co-report
HELPERS  = co-expr co-model
PROGRAMS = $(patsubst tools/%.c,%,$(wildcard $(TOOLS:%=tools/%.c) $(HELPERS:%=tools/%.c)))

LIB_SRC  = $(wildcard lib/*/*.c lib/*/*/*.c)
LIB_OBJ  = $(LIB_SRC:%.c=$(BUILD)/%.o)
LIB      = $(BUILD)/libcloudops.a
TOOL_OBJ = $(BUILD)/tools/tool.o $(BUILD)/tools/confine.o

# The catalogue as the programs read it: the APIs of a cloud's services are one file there.
APIS    = $(BUILD)/catalog/aws.apis
CATALOG = $(patsubst lib/catalog/%,$(BUILD)/catalog/%,$(wildcard lib/catalog/*.ops lib/catalog/*.names)) $(APIS)

all: $(PROGRAMS:%=$(BUILD)/%) $(CATALOG) $(BUILD)/vocabulary.index $(BUILD)/votes.index $(BUILD)/playbooks.index

# What others may write is not trusted, and a checkout under umask 002 leaves its files open to the group.
closed:
	@chmod go-w playbooks/*.yaml playbooks/*.votes playbooks/*/*.yaml playbooks/*/*.jq

$(filter-out $(APIS),$(CATALOG)): $(BUILD)/catalog/%: lib/catalog/%
	@mkdir -p $(@D)
	install -m 644 $< $@

$(APIS): $(BUILD)/catalog/%.apis: scripts/pack-apis $(wildcard lib/catalog/aws/*)
	@mkdir -p $(@D)
	umask 022 && scripts/pack-apis lib/catalog/$* >$@.new && mv $@.new $@

# The vocabulary in the form that is used in place; without it co-intent reads the YAML, at 20 times the cost.
$(BUILD)/vocabulary.index: playbooks/vocabulary.yaml $(BUILD)/co-intent | closed
	$(BUILD)/co-intent --compile $< --output $@

$(BUILD)/votes.index: playbooks/vocabulary.votes $(BUILD)/co-intent | closed
	$(BUILD)/co-intent --compile $< --output $@

# The heads of the playbooks; a line counts only while its file is as old and as large as it says. (The leak checker of
# a sanitized build would wait for ever: in its sandbox a program cannot be traced.)
$(BUILD)/playbooks.index: $(wildcard playbooks/*/*.yaml) $(BUILD)/co-plan | closed
	umask 022 && ASAN_OPTIONS=detect_leaks=0 $(BUILD)/co-plan --index playbooks >$@.new && mv $@.new $@

$(TOOLS:%=$(BUILD)/%) $(BUILD)/co-model: $(TOOL_OBJ)

$(PROGRAMS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/tools/%.o $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIB) $(LINK_$*)

$(LIB): $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# System call filters: computed by libseccomp here, so that no tool links it.
ifeq ($(shell uname -s),Linux)
$(BUILD)/lib/sys/sandbox_linux.o: $(BUILD)/gen/sandbox_filters.h
endif

$(BUILD)/gen/sandbox_filters.h: lib/sys/gen/sandbox_gen.c lib/sys/sandbox.h
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARN) $(filter -D%,$(CFLAGS)) -iquote lib -o $(BUILD)/gen/sandbox_gen $< -lseccomp
	$(BUILD)/gen/sandbox_gen >$@.new && mv $@.new $@

# Unit tests: one program a module, cmocka, TAP on standard output.
UNIT_SRC = $(wildcard tests/unit/*.c)
UNITS    = $(UNIT_SRC:%.c=$(BUILD)/%)

$(UNITS): $(BUILD)/%: $(BUILD)/%.o $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) -lcmocka $(YAML) $(JSON) $(CRYPTO) $(XML) $(LINK_$(notdir $*))

units: $(UNITS) $(CATALOG)

# What some tests need beside the tools.
EXTRAS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/extra/*.c))

$(EXTRAS): $(BUILD)/%: $(BUILD)/%.o $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) $(YAML) $(JSON) $(CRYPTO) $(XML)

FAULTS = $(patsubst %.c,$(BUILD)/%.so,$(wildcard tests/fault/*.c))

$(FAULTS): $(BUILD)/%.so: %.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -Wall -Wextra $(WERROR) -O2 -g -fPIC -shared -o $@ $<

extras: $(EXTRAS) $(FAULTS)

# ---- seeing it work

demo:
	@scripts/install-deps
	@$(MAKE) -s -j2 all
	@scripts/cloudops investigate "why is this machine slow"

# ---- tests: each is a program that prints TAP; tests/run adds them up

ASAN_FLAGS = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -DCO_SANITIZER
CHECKS     = $(wildcard scripts/check-*)
PEERS      = $(wildcard tests/peers/*.sh)
SCRIPTS    = $(wildcard tests/golden/*.sh tests/pipeline/*.sh tests/fuzz/*.sh tests/fault/*.sh)

# The filters of a sanitized build let more through: only those of the real one are tested.
ASAN_UNITS = $(filter-out %/sys_sandbox,$(UNIT_SRC:%.c=$(BUILD)/asan/%))

deps-test:
	@scripts/install-deps --test

# Peers come early: they go one at a time, beside the others.
check: deps-test
	@$(MAKE) -s -j2 WERROR=-Werror all units extras
	@$(MAKE) -s -j2 clang asan fuzz-build
	@tests/run -j2 $(CHECKS) $(PEERS) $(sort $(UNITS)) $(sort $(ASAN_UNITS)) $(SCRIPTS)

# What clang says does not depend on how it optimises; and the programs whose calls to libc tests/fault replaces.
clang:
	@$(MAKE) -s WERROR=-Werror CC=clang CFLAGS=-O0 HARDEN=-fPIE BUILD=$(BUILD)/clang ALONE= all

asan:
	@$(MAKE) -s BUILD=$(BUILD)/asan ALONE= CC=clang CFLAGS="$(ASAN_FLAGS)" HARDEN=-fPIE LDFLAGS="-fsanitize=address,undefined" WERROR=-Werror all units extras

# The decoders under libFuzzer; make fuzz FUZZ_SECONDS=600 FUZZERS=yaml.c to look longer.
FUZZERS_ALL = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/*.c))

$(FUZZERS_ALL): $(BUILD)/%: $(BUILD)/%.o $(LIB)
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $< $(LIB) $(YAML) $(JSON) $(CRYPTO) $(XML) -lm

fuzzers: $(FUZZERS_ALL) $(CATALOG)

fuzz-build:
	@$(MAKE) -s BUILD=$(BUILD)/fuzz CC=clang CFLAGS="$(ASAN_FLAGS) -fsanitize=fuzzer-no-link" HARDEN=-fPIE LDFLAGS="-fsanitize=address,undefined" WERROR=-Werror fuzzers

fuzz: fuzz-build
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-20} tests/fuzz/fuzz.sh

# The table of votes anew, from the sentences that the vocabulary was made with and those that it was not; VECTORS has some
# of them, and the inventory they were written against. After it has changed, what the tests measure has, too.
VECTORS ?= ../shared/vectors

votes: all extras
	@install -m 600 $(VECTORS)/intents-inventory.yaml $(BUILD)/inventory.yaml
	scripts/learn-votes $(BUILD)/tests/extra/features $(BUILD)/inventory.yaml playbooks/vocabulary.yaml \
		tests/golden/intent-sentences/*.jsonl tests/golden/intent/local.jsonl tests/golden/intent/local-more.jsonl \
		$(VECTORS)/intents-dev.jsonl tests/golden/intent-words/*.tsv >$(BUILD)/vocabulary.votes
	mv $(BUILD)/vocabulary.votes playbooks/vocabulary.votes

# Answers of a model against the decoder that takes them for hostile; make check tries a million.
answers:
	@ANSWERS=$${ANSWERS:-10000000} tests/run -v tests/fuzz/answers.sh

# Every operation of every AWS service against botocore, where it is installed.
oracle: units extras
	@ORACLE=all tests/run -v tests/peers/aws-oracle.sh

# All that moto knows, asked of the real aws CLI and of co-exec; a quarter of an hour a region.
aws-cli: all
	@AWS_CLI_SERVICES= AWS_CLI_LEAST=400 AWS_CLI_REGIONS="eu-west-1 us-east-2" tests/run -v tests/peers/aws-cli.sh

# All that needs a cluster, on every version of the API server that is cached here.
KUBE_SERVERS = $(patsubst %/kube-apiserver,%,$(wildcard $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/cloudops-tests/kubernetes-*/kube-apiserver))
kubernetes: all
	@set -e; for version in $(KUBE_SERVERS); do echo "$${version##*/}"; \
		KUBERNETES=$${version##*/kubernetes-} tests/run $(filter-out %-newer.sh,$(wildcard tests/peers/kubernetes-*.sh)); done

valgrind: units
	@tests/run tests/fault/valgrind.sh

# One line a file: what clang-tidy would say.
lint:
	clang-tidy --quiet $(LIB_SRC) $(wildcard tools/*.c) -- $(filter-out -pthread,$(ALL_CFLAGS))

# ---- speed: figures, not tests; see tests/bench/run

BENCHES = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/*.c))

$(BENCHES): $(BUILD)/%: $(BUILD)/%.o $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) $(JSON) $(CRYPTO) $(XML)

bench: all $(BENCHES)
	@tests/bench/run

# ---- installing

BINDIR     = $(PREFIX)/bin
LIBEXECDIR = $(PREFIX)/libexec/cloudops
DATADIR    = $(PREFIX)/share/cloudops
MANDIR     = $(PREFIX)/share/man
BASHDIR    = $(PREFIX)/share/bash-completion/completions
ZSHDIR     = $(PREFIX)/share/zsh/site-functions
FISHDIR    = $(PREFIX)/share/fish/vendor_completions.d

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DATADIR)/catalog $(DESTDIR)$(DATADIR)/playbooks
	install $(TOOLS:%=$(BUILD)/%) scripts/cloudops $(DESTDIR)$(BINDIR)
	install $(HELPERS:%=$(BUILD)/%) $(DESTDIR)$(LIBEXECDIR)
	install -m 644 $(CATALOG) $(DESTDIR)$(DATADIR)/catalog
	install -m 644 lib/run/run.schema.json $(DESTDIR)$(DATADIR)
	install -m 644 playbooks/*.yaml playbooks/*.votes $(DESTDIR)$(DATADIR)/playbooks
	$(BUILD)/co-intent --compile $(DESTDIR)$(DATADIR)/playbooks/vocabulary.yaml
	$(BUILD)/co-intent --compile $(DESTDIR)$(DATADIR)/playbooks/vocabulary.votes
	for d in playbooks/*/; do install -d $(DESTDIR)$(DATADIR)/$$d; done
	for f in playbooks/*/*.yaml playbooks/*/*.jq; do install -m 644 $$f $(DESTDIR)$(DATADIR)/$$f; done
	umask 022 && $(BUILD)/co-plan --index $(DESTDIR)$(DATADIR)/playbooks >$(DESTDIR)$(DATADIR)/playbooks/playbooks.index
	for s in 1 5 7 8; do for m in man/*.$$s; do [ ! -f $$m ] || install -D -m 644 $$m $(DESTDIR)$(MANDIR)/man$$s/$${m#man/}; done; done
	install -d $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	scripts/completions bash $(BUILD) >$(DESTDIR)$(BASHDIR)/cloudops
	for t in $(TOOLS); do ln -sf cloudops $(DESTDIR)$(BASHDIR)/$$t; done
	scripts/completions zsh $(BUILD) >$(DESTDIR)$(ZSHDIR)/_cloudops
	scripts/completions fish $(BUILD) >$(DESTDIR)$(FISHDIR)/cloudops.fish

uninstall:
	rm -f $(TOOLS:%=$(DESTDIR)$(BINDIR)/%) $(DESTDIR)$(BINDIR)/cloudops
	rm -f $(TOOLS:%=$(DESTDIR)$(BASHDIR)/%) $(DESTDIR)$(BASHDIR)/cloudops $(DESTDIR)$(ZSHDIR)/_cloudops $(DESTDIR)$(FISHDIR)/cloudops.fish
	rm -rf $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DATADIR)
	for m in man/*.[1578]; do rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m#man/}; done

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all aws-cli clang closed bench units extras demo check deps-test asan fuzzers fuzz-build fuzz answers oracle kubernetes valgrind lint install uninstall clean
.SECONDARY:
