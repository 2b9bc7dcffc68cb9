/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/mask.h"

#include "unit.h"

/* Arguments are separated by "\0" in the text; the last one is ended by the literal's own. */
#define ARGS(text) text, sizeof(text)

static const struct {
	const char *args;
	size_t len;
	const char *shown;
} commands[] = {
	{ ARGS("app\0--password=hunter2\0--port=80"), "app --password=*** --port=80" },
	{ ARGS("app\0--password\0hunter 2\0--port\00080"), "app --password *** --port 80" },
	{ ARGS("app\0--token\0--verbose"), "app --token --verbose" },
	{ ARGS("app\0-Dspring.datasource.password=x\0-jar\0a.jar"),
	  "app -Dspring.datasource.password=*** -jar a.jar" },
	{ ARGS("env\0API_KEY=abc\0PATH=/bin"), "env API_KEY=*** PATH=/bin" },
	{ ARGS("DB_PASS=x\0sh"), "DB_PASS=*** sh" },
	{ ARGS("mysql\0-uroot\0-psecret\0db"), "mysql -uroot -p*** db" },
	{ ARGS("/usr/bin/mysqldump\0-p\0db"), "/usr/bin/mysqldump -p db" },
	{ ARGS("sshpass\0-p\0secret\0ssh\0host"), "sshpass -p *** ssh host" },
	{ ARGS("redis-cli\0-a\0secret\0ping"), "redis-cli -a *** ping" },
	{ ARGS("curl\0-u\0bob:secret\0http://x/"), "curl -u bob:*** http://x/" },
	{ ARGS("curl\0-ubob:secret\0http://x/"), "curl -ubob:*** http://x/" },
	{ ARGS("curl\0-u\0bob\0http://x/"), "curl -u bob http://x/" },
	{ ARGS("curl\0-H\0Authorization: Bearer abc.def"), "curl -H Authorization: Bearer ***" },
	{ ARGS("curl\0-H\0X-Api-Key: abc"), "curl -H X-Api-Key: ***" },
	{ ARGS("psql\0postgres://app:s3cr@t@db/x?sslmode=require"),
	  "psql postgres://app:***@db/x?sslmode=require" },
	{ ARGS("wget\0https://x/?a=1&token=abc&b=2"), "wget https://x/?a=1&token=***&b=2" },
	{ ARGS("aws\0AKIAIOSFODNN7EXAMPLE"), "aws ***" },
	{ ARGS("git\0clone\0https://ghp_0123456789abcdefghij0123@github.com/x"),
	  "git clone https://***@github.com/x" },
	{ ARGS("x\0eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"), "x ***" },
	{ ARGS("sh\0-c\0export PASSWORD='a b'; run --secret=x && echo"),
	  "sh -c export PASSWORD=***; run --secret=*** && echo" },
	{ ARGS("app\0{\"password\": \"x\", \"a\": 1}"), "app {\"password\": ***, \"a\": 1}" },
	{ ARGS("sudo\0mysql\0-hdb\0-psecret"), "sudo mysql -hdb -p***" },
	{ ARGS("redis-cli\0-h\0mongo\0-a\0secret"), "redis-cli -h mongo -a ***" },
	{ ARGS("sh\0-c\0cd /x && mysql -psecret db"), "sh -c cd /x && mysql -p*** db" },
	{ ARGS("bash\0-c\0sshpass -p 'x' ssh host"), "bash -c sshpass -p *** ssh host" },
	{ ARGS("docker\0login\0-u\0bob\0-p\0secret"), "docker login -u bob -p ***" },
	{ ARGS("docker\0run\0-p\0"
	       "80:80\0x"),
	  "docker run -p 80:80 x" },
	{ ARGS("openssl\0-passin\0pass:x"), "openssl -passin ***" },
	{ ARGS("nginx: master process /usr/sbin/nginx -g daemon off;"),
	  "nginx: master process /usr/sbin/nginx -g daemon off;" },
	{ ARGS("tail\0-f\0/var/log/auth.log"), "tail -f /var/log/auth.log" },
	{ ARGS("ssh\0-i\0/root/.ssh/key\0host"), "ssh -i /root/.ssh/key host" },
	{ ARGS("app\0--password-file=/etc/x"), "app --password-file=***" },
	{ ARGS("java\0-Xmx1g\0-cp\0a:b\0Main"), "java -Xmx1g -cp a:b Main" },
	{ ARGS("http://a:b/c"), "http://a:b/c" },
	{ ARGS(""), "" },
};

static void commands_are_masked(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(commands); i++) {
		struct co_buf out = CO_BUF_INIT;

		co_mask_command(&out, commands[i].args, commands[i].len);
		assert_string_equal(co_buf_str(&out), commands[i].shown);
		co_buf_clear(&out);
	}
}

static void lines_are_masked(void **state)
{
	static const char line[] = "login failed: password=hunter2 url=https://u:p@h/ token: abc";
	struct co_buf out = CO_BUF_INIT;

	(void)state;
	co_mask_line(&out, line, strlen(line));
	assert_string_equal(co_buf_str(&out), "login failed: password=*** url=https://u:***@h/ token: ***");
	co_buf_clear(&out);
}

/* Every prefix of every command, so that a cut argument never reads past its end (run under ASan). */
static void cut_anywhere(void **state)
{
	size_t i, n;

	(void)state;
	for (i = 0; i < CO_COUNT(commands); i++)
		for (n = 0; n <= commands[i].len; n++) {
			struct co_buf out = CO_BUF_INIT;
			char *copy = co_xmemdup(commands[i].args, n);

			co_mask_command(&out, copy, n);
			assert_null(strstr(co_buf_str(&out), "hunter2"));
			free(copy);
			co_buf_clear(&out);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_masked),
		cmocka_unit_test(lines_are_masked),
		cmocka_unit_test(cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
