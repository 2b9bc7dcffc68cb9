/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/grammar.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"
#define HEX "0123456789abcdef"

const char *const co_slot_names[] = { "environment", "provider",  "account", "region", "cluster",
				      "context",     "namespace", "kind",    "name",   "container",
				      "service",     "node",	  "host",    "url",    NULL };

const char *const co_parameter_names[] = { "replicas", "percent", "port",	 "count",  "revision", "image",
					   "size",     "cpu",	  "memory",	 "age",	   "horizon",  "retention",
					   "cidr",     "tag",	  "volume_type", "amount", NULL };

static int is_only(const char *s, const char *of)
{
	return *s && !s[strspn(s, of)];
}

/* Begins with a letter or digit, so that it is no option and no path upwards. */
static int is_word(const char *s, const char *inner, size_t most)
{
	return strlen(s) <= most && *s && strchr(LOWER UPPER DIGIT, *s) && is_only(s, inner);
}

int co_grammar_slot(enum co_slot slot, const char *s)
{
	enum { LABEL = 63 };

	switch (slot) {
	case CO_SLOT_PROVIDER:
	case CO_SLOT_KIND:
	case CO_SLOT_REGION:
	case CO_SLOT_SERVICE:
		return is_word(s, LOWER DIGIT "-", LABEL);
	case CO_SLOT_NAMESPACE:
	case CO_SLOT_CONTAINER:
		return is_word(s, LOWER DIGIT "-", LABEL);
	case CO_SLOT_NODE:
	case CO_SLOT_HOST:
		return is_word(s, LOWER UPPER DIGIT ".-", CO_IDENTIFIER_BYTES);
	case CO_SLOT_ENVIRONMENT:
	case CO_SLOT_ACCOUNT:
	case CO_SLOT_CLUSTER:
	case CO_SLOT_CONTEXT:
		return is_word(s, LOWER UPPER DIGIT "._:/@-", CO_IDENTIFIER_BYTES);
	case CO_SLOT_NAME:
		return is_word(s, LOWER UPPER DIGIT "._:/@+=-", CO_IDENTIFIER_BYTES) && !strstr(s, "..");
	case CO_SLOT_URL:
		return is_word(s, LOWER UPPER DIGIT "._:/@%?&=+~-", CO_IDENTIFIER_BYTES);
	}
	return 0;
}

/* ---- parameters */

static int number_within(const char *s, int64_t low, int64_t high, int64_t *number)
{
	if (!is_only(s, DIGIT) || strlen(s) > 10)
		return -1;
	*number = strtoll(s, NULL, 10);
	return *number < low || *number > high ? -1 : CO_FORM_NUMBER;
}

/* "+2", "-50%" */
static int is_relative(const char *s)
{
	size_t digits = strspn(s + (*s == '+' || *s == '-'), DIGIT);

	return (*s == '+' || *s == '-') && digits && digits <= 4 &&
	       (!s[1 + digits] || strcmp(s + 1 + digits, "%") == 0);
}

/* Digits, with a fraction if allowed, and one of the units. */
static int is_quantity(const char *s, int fraction, const char *const *units)
{
	size_t digits = strspn(s, DIGIT), more = 0;

	if (!digits || digits > 9)
		return 0;
	if (fraction && s[digits] == '.') {
		more = strspn(s + digits + 1, DIGIT);
		if (!more || more > 3)
			return 0;
		more++;
	}
	for (; *units; units++)
		if (strcmp(s + digits + more, *units) == 0)
			return 1;
	return 0;
}

int co_is_cidr(const char *s)
{
	const char *slash = strchr(s, '/');
	unsigned a[5];
	int end = 0;

	if (strchr(s, ':'))
		return slash && slash == strrchr(s, '/') && slash - s <= 39 &&
		       strspn(s, HEX ":") == (size_t)(slash - s) && is_only(slash + 1, DIGIT) &&
		       strtol(slash + 1, NULL, 10) <= 128;
	return slash && sscanf(s, "%3u.%3u.%3u.%3u/%2u%n", &a[0], &a[1], &a[2], &a[3], &a[4], &end) == 5 && !s[end] &&
	       a[0] < 256 && a[1] < 256 && a[2] < 256 && a[3] < 256 && a[4] <= 32;
}

/* "500", "12.50", with a currency behind: "500 USD" is two words, and has none. */
static int is_amount(const char *s)
{
	static const char *const none[] = { "", NULL };

	return is_quantity(s, 1, none);
}

static int is_tag(const char *s)
{
	const char *equals = strchr(s, '=');

	return is_word(s, LOWER UPPER DIGIT "._:/@+=-", CO_IDENTIFIER_BYTES) && equals && equals[1] &&
	       !strchr(equals + 1, '=');
}

static int is_volume_type(const char *s)
{
	static const char *const types[] = { "gp2", "gp3", "io1", "io2", "st1", "sc1", "standard" };
	size_t i;

	for (i = 0; i < CO_COUNT(types); i++)
		if (strcmp(s, types[i]) == 0)
			return 1;
	return 0;
}

/* "t3.small", "db.r6g.2xlarge" */
static int is_class(const char *s)
{
	return is_word(s, LOWER DIGIT ".-", 32) && strchr(s, '.') && strpbrk(s, DIGIT);
}

int co_grammar_parameter(enum co_parameter parameter, const char *s, int64_t *number)
{
	static const char *const bytes[] = { "k",  "K",	 "Ki", "M",  "Mi", "G",	  "Gi",	 "T",	"Ti",  "P",
					     "Pi", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", NULL };
	static const char *const cores[] = { "", "m", NULL };
	static const char *const times[] = { "s", "m", "h", "d", NULL };
	int literal;

	switch (parameter) {
	case CO_PARAMETER_REPLICAS:
		return is_relative(s) ? CO_FORM_RELATIVE : number_within(s, 0, 10000, number);
	case CO_PARAMETER_PERCENT:
		return number_within(s, 0, 100, number);
	case CO_PARAMETER_PORT:
		return number_within(s, 1, 65535, number);
	case CO_PARAMETER_COUNT:
		return number_within(s, 1, 100000, number);
	case CO_PARAMETER_REVISION:
		return number_within(s, 0, 1000000000, number);
	case CO_PARAMETER_CPU:
		return is_quantity(s, 1, cores) ? CO_FORM_QUANTITY : -1;
	case CO_PARAMETER_MEMORY:
		return is_quantity(s, 1, bytes) ? CO_FORM_QUANTITY : -1;
	case CO_PARAMETER_AGE:
	case CO_PARAMETER_HORIZON:
	case CO_PARAMETER_RETENTION:
		return strlen(s) <= 7 && is_quantity(s, 0, times) ? CO_FORM_QUANTITY : -1;
	case CO_PARAMETER_SIZE:
		if (is_quantity(s + (*s == '+'), 1, bytes))
			return CO_FORM_QUANTITY;
		return is_class(s) || co_is_class(s) ? CO_FORM_LITERAL : -1;
	case CO_PARAMETER_IMAGE:
		literal = is_word(s, LOWER UPPER DIGIT "._:/@-", CO_IDENTIFIER_BYTES);
		break;
	case CO_PARAMETER_CIDR:
		literal = co_is_cidr(s);
		break;
	case CO_PARAMETER_TAG:
		literal = is_tag(s);
		break;
	case CO_PARAMETER_VOLUME_TYPE:
		literal = is_volume_type(s);
		break;
	case CO_PARAMETER_AMOUNT:
		literal = is_amount(s);
		break;
	default:
		return -1;
	}
	return literal ? CO_FORM_LITERAL : -1;
}

int co_grammar_is_cloud_id(const char *s)
{
	static const char *const prefixes[] = {
		"i-", "vol-", "sg-", "snap-", "subnet-", "vpc-", "eni-", "nat-", "ami-"
	};
	enum { ACCOUNT_DIGITS = 12 };
	size_t i, len;

	if (is_only(s, DIGIT))
		return strlen(s) == ACCOUNT_DIGITS;
	for (i = 0; i < CO_COUNT(prefixes); i++) {
		len = strlen(prefixes[i]);
		if (strncmp(s, prefixes[i], len) == 0)
			return is_only(s + len, HEX) && (strlen(s + len) == 8 || strlen(s + len) == 17);
	}
	return 0;
}

int co_is_setting(const char *name, size_t len)
{
	size_t i;
	int joined = 0;

	for (i = 0; i < len; i++) {
		char c = name[i];
		int upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';

		if (!upper && !lower && c != '_' && (c < '0' || c > '9'))
			return 0;
		joined |= c == '_' || (i > 0 && upper && name[0] >= 'a' && name[i - 1] >= 'a' && name[i - 1] <= 'z');
	}
	return joined && len > 3;
}

/* "e2-standard-8", "n2-highmem-4" */
static int is_machine_type(const char *name)
{
	static const char *const families[] = { "standard", "highmem", "highcpu",  "micro",  "small",
						"medium",   "megamem", "ultramem", "highgpu" };
	const char *dash = strchr(name, '-');
	size_t i, n;

	if (!dash || dash - name < 2 || dash - name > 3 || !strpbrk(name, DIGIT) || strpbrk(name, DIGIT) > dash)
		return 0;
	for (i = 0; i < CO_COUNT(families); i++) {
		n = strlen(families[i]);
		if (strncmp(dash + 1, families[i], n) == 0 && strspn(dash + 1 + n, "-" DIGIT) == strlen(dash + 1 + n))
			return 1;
	}
	return 0;
}

int co_is_class(const char *name)
{
	static const char *const sizes[] = { "nano", "micro", "small", "medium", "large", "xlarge", "metal" };
	const char *dot = strrchr(name, '.'), *digit = strpbrk(name, DIGIT);
	size_t i;

	if (!digit)
		return 0;
	if (strncasecmp(name, "standard_", 9) == 0)
		return strspn(name, LOWER UPPER DIGIT "_-") == strlen(name);
	if (!dot || dot == name || name[0] < 'a' || name[0] > 'z')
		return is_machine_type(name);
	dot += 1 + strspn(dot + 1, DIGIT);
	for (i = 0; i < CO_COUNT(sizes); i++)
		if (strcmp(dot, sizes[i]) == 0)
			return 1;
	return 0;
}

int co_is_address(const char *text)
{
	unsigned a[4];
	int end = 0;

	return strchr(text, '.') && sscanf(text, "%3u.%3u.%3u.%3u%n", &a[0], &a[1], &a[2], &a[3], &end) == 4 &&
	       !text[end];
}
