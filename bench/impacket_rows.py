#!/usr/bin/python3
"""Reads all rows of a class with impacket's client, as its programs do, from the server on a loopback port: impacket_rows.py PORT.

Prints "seconds S", from the query to the last row decoded, the better one of one row and of 100 rows in each request.
"""
import contextlib, io, sys, time

try:
    from impacket.dcerpc.v5 import rpcrt, transport
    from impacket.dcerpc.v5.dcom import wmi
    from impacket.dcerpc.v5.dcomrt import DCOMConnection
    from impacket.dcerpc.v5.dtypes import NULL
except ImportError:
    print("python3-impacket is not installed")
    sys.exit(0)

ROWS = 2000


def on_port(port):
    """The client asks port 135 whatever it is told: here it gets the one that is served."""
    made = transport.DCERPCTransportFactory

    def factory(binding, *more):
        return made(binding if "[" in binding else f"{binding}[{port}]", *more)

    transport.DCERPCTransportFactory = factory


def read(services, at_once):
    began = time.perf_counter()
    enumeration = services.ExecQuery("SELECT * FROM Few")
    rows = 0
    while True:
        try:
            got = enumeration.Next(0xFFFFFFFF, at_once)
        except Exception as error:  # the end is told by an error that bears S_FALSE
            if "S_FALSE" not in str(error):
                raise
            break
        for row in got:
            row.getProperties()
            rows += 1
        if rows >= ROWS:
            break
    enumeration.RemRelease()
    if rows != ROWS:
        raise RuntimeError(f"{rows} rows instead of {ROWS}")
    return time.perf_counter() - began


def main():
    on_port(int(sys.argv[1]))
    connection = DCOMConnection("127.0.0.1", "alice", "secret", "", "", "", "", oxidResolver=True, doKerberos=False)
    login = wmi.IWbemLevel1Login(connection.CoCreateInstanceEx(wmi.CLSID_WbemLevel1Login, wmi.IID_IWbemLevel1Login))
    services = login.NTLMLogin("//./root/cimv2", NULL, NULL)
    services.get_dce_rpc().set_auth_level(rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY)
    login.RemRelease()
    best, problem = None, None
    for at_once in (1, 100):
        try:
            seconds = read(services, at_once)
            best = seconds if best is None else min(best, seconds)
        except Exception as error:
            problem = error
    connection.disconnect()
    return f"seconds {best:.6f}" if best is not None else f"impacket cannot read the rows: {problem}"


with contextlib.redirect_stdout(io.StringIO()):
    result = main()
print(result)
