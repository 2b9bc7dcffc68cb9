/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/wire.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/escape.h"
#include "codec/json.h"
#include "net/url.h"

/* ---- text that is JSON */

static void replace_json(json_t *object, const char *key, int encoded)
{
	json_t *text = json_object_get(object, key), *value;
	struct co_buf plain = CO_BUF_INIT;

	if (!json_is_string(text))
		return;
	if (encoded)
		co_url_decode(&plain, json_string_value(text), json_string_length(text));
	else
		co_buf_add(&plain, json_string_value(text), json_string_length(text));
	value = plain.len ? co_aws_parse_json(plain.data, plain.len, NULL) : NULL;
	if (value)
		json_object_set_new(object, key, value);
	co_buf_clear(&plain);
}

/* IAM's policies are JSON, percent-encoded. No other member of its outputs has these names. */
static void decode_policies(json_t *value)
{
	static const char *const names[] = { "PolicyDocument", "AssumeRolePolicyDocument", "Document" };
	const char *key;
	json_t *each;
	size_t i;

	json_array_foreach(value, i, each)
		decode_policies(each);
	for (i = 0; json_is_object(value) && i < CO_COUNT(names); i++)
		replace_json(value, names[i], 1);
	json_object_foreach(value, key, each) {
		for (i = 0; i < CO_COUNT(names) && strcmp(key, names[i]) != 0; i++)
			;
		if (i == CO_COUNT(names))
			decode_policies(each);
	}
}

static void iam(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t *output)
{
	(void)call, (void)answer;
	decode_policies(output);
}

static void template_body(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t *output)
{
	(void)call, (void)answer;
	replace_json(output, "TemplateBody", 0);
}

/* ---- text that is base64 */

/* As Python reads it: what is no letter of base64 does not count, and stray bits at the end do not. */
static int decode_lenient(struct co_buf *out, const char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, count = 0, pads = 0;

	for (; *text; text++) {
		const char *at = strchr(letters, *text);

		if ((unsigned char)*text > 0xc3)
			return -1; /* not Latin-1 */
		if (*text == '=') {
			if (count % 4 >= 2 && count % 4 + ++pads >= 4)
				return 0;
			continue;
		}
		if (!at)
			continue;
		pads = 0;
		bits = (bits << 6 | (unsigned)(at - letters)) & 0xffffff;
		if (count++ % 4)
			co_buf_addc(out, (char)(bits >> (6 - 2 * ((count - 1) % 4))));
	}
	return count % 4 ? -1 : 0;
}

static void console_output(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t *output)
{
	const char *text = co_json_str(output, "Output");
	struct co_buf bytes = CO_BUF_INIT, out = CO_BUF_INIT;
	uint32_t code_point;
	size_t i = 0, n;

	(void)call, (void)answer;
	if (text && decode_lenient(&bytes, text) == 0) {
		while (i < bytes.len) {
			n = bytes.data[i] ? co_utf8_next(bytes.data + i, bytes.len - i, &code_point) : 0;
			if (n)
				co_buf_add(&out, bytes.data + i, n);
			else
				co_buf_adds(&out, "\xef\xbf\xbd");
			i += n ? n : 1;
		}
		json_object_set_new(output, "Output", json_stringn(co_buf_str(&out), out.len));
	}
	co_buf_clear(&bytes);
	co_buf_clear(&out);
}

/* ---- S3 */

static void bucket_location(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t *output)
{
	struct co_xml *xml = co_xml_parse(answer->body, answer->body_len, "answer", NULL);
	const char *region = xml ? co_xml_root(xml)->text : "";

	(void)call;
	json_object_set_new(output, "LocationConstraint", *region ? json_string(region) : json_null());
	co_xml_free(xml);
}

/* A "+" is a space there. No key of S3 holds a NUL, and no document of ours may: one that claims to stays as it came. */
static void decode_key(json_t *object, const char *key)
{
	json_t *text = json_object_get(object, key);
	struct co_buf encoded = CO_BUF_INIT, plain = CO_BUF_INIT;
	size_t i;

	if (!json_is_string(text))
		return;
	co_buf_add(&encoded, json_string_value(text), json_string_length(text));
	for (i = 0; i < encoded.len; i++) {
		if (encoded.data[i] == '+')
			encoded.data[i] = ' ';
	}
	co_url_decode(&plain, encoded.data, encoded.len);
	if (!plain.len || !memchr(plain.data, '\0', plain.len))
		json_object_set_new(object, key, co_json_string(co_buf_str(&plain), plain.len));
	co_buf_clear(&encoded);
	co_buf_clear(&plain);
}

/* Keys come percent-encoded when encoding-type=url was asked for; it was asked for on behalf of who gave none. */
static void listing(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t *output)
{
	static const char *const flat[] = { "Delimiter", "Marker", "NextMarker", "Prefix", "StartAfter", "KeyMarker", "NextKeyMarker" };
	static const struct {
		const char *list, *key;
	} nested[] = { { "Contents", "Key" }, { "Versions", "Key" }, { "DeleteMarkers", "Key" }, { "CommonPrefixes", "Prefix" } };
	const char *encoding = co_json_str(output, "EncodingType");
	json_t *each;
	size_t i, j;

	(void)answer;
	if (json_object_get(call->with, "EncodingType") || !encoding || strcmp(encoding, "url") != 0)
		return;
	for (i = 0; i < CO_COUNT(flat); i++) {
		/* the first version of the call leaves its prefix as it is */
		if (strcmp(flat[i], "Prefix") != 0 || strcmp(call->operation->name, "ListObjects") != 0)
			decode_key(output, flat[i]);
	}
	for (i = 0; i < CO_COUNT(nested); i++) {
		json_array_foreach(json_object_get(output, nested[i].list), j, each)
			decode_key(each, nested[i].key);
	}
}

static void expires(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t *output)
{
	const struct co_api_member *member = call->operation->output.shape ? co_api_member(call->operation->output.shape, "Expires") : NULL;
	const char *text = co_aws_header(answer, "Expires");
	struct co_api_instant time;
	json_t *value;

	if (!member || !member->wire || strcmp(member->wire, "Expires") != 0 || !text)
		return;
	value = json_string(text);
	json_object_set(output, "ExpiresString", value);
	/* "Thu, 01 Dec 1994 16:00:00 GMT", or any form that parameters may have */
	if (co_api_instant_parse(&time, value) < 0 && !(isalpha((unsigned char)*text) && strlen(text) > 20 && strchr(text, ':')))
		json_object_del(output, "Expires");
	json_decref(value);
}

static const struct {
	struct co_aws_name name;
	void (*apply)(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t *output);
} changes[] = {
	{ { "iam", NULL }, iam },
	{ { "cloudformation", "GetTemplate" }, template_body },
	{ { "ec2", "GetConsoleOutput" }, console_output },
	{ { "s3", "GetBucketLocation" }, bucket_location },
	{ { "s3", "ListObjects" }, listing },
	{ { "s3", "ListObjectsV2" }, listing },
	{ { "s3", "ListObjectVersions" }, listing },
	{ { "s3", NULL }, expires },
};

void co_aws_revise(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t *output)
{
	size_t i;

	for (i = 0; i < CO_COUNT(changes); i++) {
		if (co_aws_is(call, &changes[i].name))
			changes[i].apply(call, answer, output);
	}
}
