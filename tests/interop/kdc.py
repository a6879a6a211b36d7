"""A Kerberos realm of its own, on the address of the private network."""
import os, pathlib, shutil, subprocess, time

import lab

REALM = "TEST.EXAMPLE"
HOST = "server.test.example"
PROGRAMS = ("/usr/sbin/krb5kdc", "/usr/sbin/kdb5_util", "/usr/sbin/kadmin.local")
PORT = 88


def missing():
    """The program that is not installed, or None."""
    return next((program for program in PROGRAMS if not os.access(program, os.X_OK)), None)


class Kdc:
    """Realm REALM with `users` {name: password} and the services host/HOST and RPCSS/HOST, whose keys are in `keytab`."""

    def __init__(self, scratch, users):
        self.folder, self.users = pathlib.Path(scratch) / "kdc", users
        self.keytab = self.folder / "service.keytab"

    def run(self, *command, stdin=None):
        done = subprocess.run([str(word) for word in command], input=stdin, capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")

    def admin(self, query):
        self.run("/usr/sbin/kadmin.local", "-r", REALM, "-q", query)

    def write(self):
        self.folder.mkdir()
        (self.folder / "krb5.conf").write_text(f"""[libdefaults]
 default_realm = {REALM}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
[realms]
 {REALM} = {{
  kdc = {lab.ADDRESS}:{PORT}
 }}
[domain_realm]
 .test.example = {REALM}
[logging]
 kdc = FILE:{self.folder}/kdc.log
 default = FILE:{self.folder}/kdc.log
""")
        (self.folder / "kdc.conf").write_text(f"""[kdcdefaults]
 kdc_listen = {lab.ADDRESS}:{PORT}
 kdc_tcp_listen = {lab.ADDRESS}:{PORT}
[realms]
 {REALM} = {{
  database_name = {self.folder}/principal
  key_stash_file = {self.folder}/stash
  acl_file = {self.folder}/acl
 }}
""")
        for readable in (self.folder.parent, self.folder):  # the server's network process is another user
            readable.chmod(0o755)
        os.environ["KRB5_CONFIG"] = str(self.folder / "krb5.conf")
        os.environ["KRB5_KDC_PROFILE"] = str(self.folder / "kdc.conf")

    def __enter__(self):
        self.write()
        self.run("/usr/sbin/kdb5_util", "create", "-s", "-r", REALM, "-P", "master")
        for user, password in self.users.items():
            self.admin(f"addprinc -pw {password} {user}")
            self.admin(f"ktadd -norandkey -k {self.folder}/{user}.keytab {user}")
        for service in ("host", "RPCSS"):
            self.admin(f"addprinc -randkey {service}/{HOST}")
            self.admin(f"ktadd -norandkey -k {self.keytab} {service}/{HOST}")
        self.process = subprocess.Popen(["/usr/sbin/krb5kdc", "-n", "-r", REALM], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        return self

    def client_keytab(self, user):
        """The keys of a user and of this machine: it logs in with the first and lets services in with the others."""
        path = self.folder / f"{user}-and-machine.keytab"
        shutil.copy(self.folder / f"{user}.keytab", path)
        self.admin(f"ktadd -norandkey -k {path} RPCSS/{HOST}")
        return path

    def kinit(self, user, cache):
        """Tickets of `user` in a file, by its keytab."""
        self.run("kinit", "-c", cache, "-k", "-t", self.folder / f"{user}.keytab", f"{user}@{REALM}")
        return cache

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
