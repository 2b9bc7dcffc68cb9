/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__linux__) && !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* struct winsize */
#endif
#include "sys/tty.h"

#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { CTRL_C = 3 }; /* a byte like any while the terminal's signals are off */

int co_tty_is(int fd)
{
	return isatty(fd);
}

unsigned co_tty_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return 80;
	return size.ws_col;
}

int co_tty_open(int *fd, struct co_err *err)
{
	int opened = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (opened < 0) {
		co_err_set(err, CO_ERR_NO, "no-terminal", "there is no terminal to ask at: %s", strerror(errno));
		return CO_ERR_NO;
	}
	*fd = opened;
	return CO_OK;
}

int co_tty_show(int fd, const char *text, struct co_err *err)
{
	return co_fd_write(fd, text, strlen(text), "the terminal", err);
}

/* A line that does not end is wiped: it may be the start of a secret. */
static int read_line(int fd, char *line, size_t size, struct co_err *err)
{
	size_t len = 0;
	char c;

	memset(line, 0, size);
	for (;;) {
		ssize_t n = read(fd, &c, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || c == CTRL_C) {
			memset(line, 0, size);
			return n < 0 ? co_err_sys(err, errno, "cannot read from the terminal")
				     : co_err_set(err, CO_ERR_NO, "no-answer", "no answer was given");
		}
		if (c == '\n')
			break;
		if (len + 1 < size)
			line[len++] = c;
	}
	line[len] = '\0';
	return CO_OK;
}

/*
 * Echo is off while it waits. No signal may end the process in that time, or the
 * person's shell would stay blind: the keys' signals are off (Ctrl-C ends the
 * question), and others wait until the terminal is as it was.
 */
static int read_secret(int fd, const char *question, char *line, size_t size, struct co_err *err)
{
	struct termios before, quiet;
	sigset_t all, old;
	int rc;

	if (tcgetattr(fd, &before) < 0)
		return co_err_sys(err, errno, "cannot turn the terminal's echo off");
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	quiet.c_lflag |= ECHONL;
	quiet.c_cc[VEOL] = CTRL_C; /* ends the line, so that read() returns */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	if (tcsetattr(fd, TCSAFLUSH, &quiet) < 0)
		rc = co_err_sys(err, errno, "cannot turn the terminal's echo off");
	else
		rc = co_tty_show(fd, question, err);
	if (rc == CO_OK)
		rc = read_line(fd, line, size, err);
	tcsetattr(fd, TCSAFLUSH, &before);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

int co_tty_ask(int fd, const char *question, char *line, size_t size, int secret, struct co_err *err)
{
	int rc;

	tcflush(fd, TCIFLUSH);
	if (secret)
		return read_secret(fd, question, line, size, err);
	rc = co_tty_show(fd, question, err);
	return rc < 0 ? rc : read_line(fd, line, size, err);
}
