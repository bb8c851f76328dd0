# SPDX-License-Identifier: GPL-3.0-or-later
"""benchlib - a docentd of one's own, its socket, and what /proc tells of it.

A Daemon lives in a temporary HOME, so that it neither sees nor disturbs that
of the user. Times are seconds of the monotonic clock, sizes bytes.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

POLL_S = 0.02


def percentile(values, percent):
    """Of @values, the one below which @percent of them lie; None of none."""
    ordered = sorted(values)
    if not ordered:
        return None
    at = round(percent / 100 * (len(ordered) - 1))
    return ordered[at]


def show_ms(values, digits=1):
    """p50 / p95 of seconds, in milliseconds, for a cell of the table."""
    if not values:
        return 'none'
    return '%.*f / %.*f ms' % (digits, percentile(values, 50) * 1000, digits,
                               percentile(values, 95) * 1000)


def mib(size):
    return size / (1 << 20)


def timed(work):
    begun = time.monotonic()
    result = work()
    return time.monotonic() - begun, result


def files_below(folder):
    """Paths relative to @folder, sorted."""
    found = []
    for where, _, names in os.walk(folder):
        found += [os.path.relpath(os.path.join(where, name), folder)
                  for name in names]
    return sorted(found)


def word(number):
    """A word no text has; of letters, so that nothing takes it apart."""
    letters = ''
    for _ in range(6):
        letters += 'bcdfghjklm'[number % 10]
        number //= 10
    return 'qzx' + letters + 'v'


def make_pdf(pages):
    """A PDF of one text a page, each a list of lines in ASCII."""
    objects = ['<</Type/Catalog/Pages 2 0 R>>',
               '<</Type/Pages/Kids[%s]/Count %d>>' % (
                   ' '.join('%d 0 R' % (4 + 2 * i)
                            for i in range(len(pages))), len(pages)),
               '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>']
    for i, lines in enumerate(pages):
        shown = ' '.join(
            '(%s) Tj T*' % line.translate({ord(c): ' ' for c in '\\()'})
            for line in lines)
        stream = 'BT /F1 10 Tf 50 790 Td 13 TL %s ET' % shown
        objects.append('<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]'
                       '/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>'
                       % (5 + 2 * i))
        objects.append('<</Length %d>>stream\n%s\nendstream'
                       % (len(stream), stream))
    text, offsets = '%PDF-1.4\n', []
    for i, each in enumerate(objects):
        offsets.append(len(text))
        text += '%d 0 obj\n%s\nendobj\n' % (i + 1, each)
    start = len(text)
    text += 'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1)
    text += ''.join('%010d 00000 n \n' % offset for offset in offsets)
    text += ('trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n'
             % (len(objects) + 1, start))
    return text.encode('ascii', 'replace')


# ---- /proc ----

def children(pid):
    found = []
    for thread in os.listdir('/proc/%d/task' % pid):
        with open('/proc/%d/task/%s/children' % (pid, thread)) as listed:
            found += [int(child) for child in listed.read().split()]
    return found


def cpu_s(pid, with_ended=False):
    """User and system time; of children waited for too, when asked."""
    with open('/proc/%d/stat' % pid) as stat:
        fields = stat.read().rpartition(')')[2].split()
    ticks = sum(int(f) for f in fields[11:15 if with_ended else 13])
    return ticks / os.sysconf('SC_CLK_TCK')


def status_line(path, name):
    with open(path) as status:
        for line in status:
            if line.startswith(name + ':'):
                return int(line.split()[1])
    return 0


def wakeups(pid):
    """Times any thread of it went to sleep of its own will."""
    total = 0
    for thread in os.listdir('/proc/%d/task' % pid):
        total += status_line('/proc/%d/task/%s/status' % (pid, thread),
                             'voluntary_ctxt_switches')
    return total


# ---- the daemon ----

class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
        self.lines = self.socket.makefile('rb')
        self.id = 0

    def call(self, method, **params):
        self.id += 1
        request = {'jsonrpc': '2.0', 'id': self.id, 'method': method,
                   'params': params}
        self.socket.sendall(json.dumps(request).encode() + b'\n')
        reply = json.loads(self.lines.readline())
        if 'error' in reply:
            raise RuntimeError('%s: %s' % (method, reply['error']['message']))
        return reply['result']

    def find(self, words, limit=10, **more):
        return self.call('find', words=words, limit=limit, **more)

    def close(self):
        self.lines.close()
        self.socket.close()


class Daemon:
    """docentd of the build tree @build in a HOME of its own."""

    def __init__(self, build):
        self.build = build
        self.home = tempfile.mkdtemp(prefix='docent-bench-')
        self.process = self.link = None
        runtime = os.path.join(self.home, 'run')
        os.mkdir(runtime, 0o700)
        self.environment = {
            'PATH': os.environ['PATH'], 'HOME': self.home,
            'LC_ALL': 'C.UTF-8', 'NO_COLOR': '1',
            'XDG_RUNTIME_DIR': runtime,
            'DOCENT_INDEXER': os.path.join(build, 'docent-indexer')}
        for name in ('CONFIG', 'DATA', 'STATE', 'CACHE'):
            folder = os.path.join(self.home, name.lower())
            os.mkdir(folder)
            self.environment['XDG_%s_HOME' % name] = folder
        self.socket_path = os.path.join(runtime, 'docent', 'socket')
        self.watched = os.path.join(self.home, 'watched')
        os.mkdir(self.watched)

    def start(self):
        """Returns the time until it answers."""
        begun = time.monotonic()
        ready, said = os.pipe()
        os.set_inheritable(said, True)
        with open(os.path.join(self.home, 'docentd.log'), 'ab') as log:
            self.process = subprocess.Popen(
                [os.path.join(self.build, 'docentd'), '--ready-fd=%d' % said],
                env=self.environment, pass_fds=[said], stderr=log)
        os.close(said)
        with os.fdopen(ready) as line:
            answer = line.readline()
        if answer != 'ready\n':
            raise RuntimeError('docentd: ' + (answer or 'ended'))
        self.link = Connection(self.socket_path)
        self.link.call('ping')
        return time.monotonic() - begun

    def watch(self, folder):
        self.link.call('watch.add', path=folder)

    def status(self):
        return self.link.call('status')

    def wait_idle(self, files=0, limit_s=900):
        """Until nothing is left to do and @files have been looked at. Asked
        more and more rarely, for status counts rows: at the end it is at
        most a hundredth late."""
        begun = time.monotonic()
        while time.monotonic() < begun + limit_s:
            status = self.status()
            states = status['states']
            looked_at = sum(states.values()) - states['waiting']
            if status['idle'] and looked_at >= files:
                return status
            time.sleep(max(POLL_S, (time.monotonic() - begun) / 100))
        raise RuntimeError('not idle after %d s: %s' % (limit_s, status))

    def cpu(self):
        """Of the daemon, and of the workers with their ended children."""
        pid = self.process.pid
        workers = 0
        for child in children(pid):
            workers += cpu_s(child, True)
            workers += sum(cpu_s(each) for each in children(child))
        return cpu_s(pid), workers

    def memory(self, name='VmRSS'):
        return status_line('/proc/%d/status' % self.process.pid, name) * 1024

    def database_bytes(self):
        """On disk: of the database, and of its log beside it."""
        folder = os.path.join(self.environment['XDG_DATA_HOME'], 'docent')
        sizes = {name: os.stat(os.path.join(folder, name)).st_blocks * 512
                 for name in os.listdir(folder)}
        whole = sum(sizes.values())
        log = sum(size for name, size in sizes.items() if '-' in name)
        return whole - log, log

    def client(self, *arguments):
        return subprocess.run(
            [os.path.join(self.build, 'docent'), *arguments],
            env=self.environment, stdout=subprocess.DEVNULL)

    def stop(self):
        if self.process is None:
            return
        self.link.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.process = None

    def remove(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)
