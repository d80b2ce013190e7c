"""Certificates as an installation has them: an authority that issues, made by the openssl command."""

import pathlib
import ssl
import subprocess


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, **options)


class Certificate:
    """Key and certificate in PEM files, the chain of issuers (without the root) behind the certificate."""

    def __init__(self, folder, name):
        self.key = folder / f"{name}.key"
        self.pem = folder / f"{name}.pem"
        self.p12 = folder / f"{name}.p12"

    def as_pkcs12(self, password):
        openssl("pkcs12", "-export", "-inkey", self.key, "-in", self.pem, "-out", self.p12, "-passout", f"pass:{password}")
        return self.p12

    def encrypted_key(self, password):
        file = self.key.with_suffix(".encrypted")
        openssl("pkey", "-in", self.key, "-aes256", "-passout", f"pass:{password}", "-out", file)
        return file

    @property
    def der(self):
        return openssl("x509", "-in", self.pem, "-outform", "DER").stdout


class Authority:
    def __init__(self, folder, name="root", issuer=None, common_name=None, qualifier=None):
        self.folder = pathlib.Path(folder)
        self.name = name
        self.issuer = issuer
        self.key = self.folder / f"{name}-ca.key"
        self.pem = self.folder / f"{name}-ca.pem"
        subject = f"/CN={common_name or name}" + (f"/dnQualifier={qualifier}" if qualifier else "")
        self._new_key(self.key, "EC")
        if issuer is None:
            openssl("req", "-x509", "-key", self.key, "-out", self.pem, "-days", 30, "-subj", subject,
                    "-addext", "basicConstraints=critical,CA:TRUE")  # fmt: skip
        else:
            issuer._sign(self.key, self.pem, subject, 30, "basicConstraints=critical,CA:TRUE\n")

    @staticmethod
    def _new_key(file, kind):
        options = ["-pkeyopt", "ec_paramgen_curve:P-256"] if kind == "EC" else ["-pkeyopt", "rsa_keygen_bits:2048"]
        openssl("genpkey", "-algorithm", kind, *options, "-out", file)

    def _sign(self, key, pem, subject, days, extensions):
        request, extra = pem.with_suffix(".csr"), pem.with_suffix(".ext")
        extra.write_text(extensions)
        openssl("req", "-new", "-key", key, "-out", request, "-subj", subject)
        openssl("x509", "-req", "-in", request, "-CA", self.pem, "-CAkey", self.key, "-CAcreateserial", "-out", pem,
                "-days", days, "-extfile", extra)  # fmt: skip

    def issue(self, name, common_name=None, qualifiers=(), days=30, kind="EC", usage="serverAuth,clientAuth"):
        """Good for 127.0.0.1, as server and as client."""
        made = Certificate(self.folder, name)
        self._new_key(made.key, kind)
        subject = f"/CN={common_name or name}" + "".join(f"/dnQualifier={each}" for each in qualifiers)
        self._sign(made.key, made.pem, subject, days, f"subjectAltName=IP:127.0.0.1\nextendedKeyUsage={usage}\n")
        issuer = self
        while issuer.issuer is not None:
            made.pem.write_text(made.pem.read_text() + issuer.pem.read_text())
            issuer = issuer.issuer
        return made

    def context(self, certificate=None, version=None):
        """A client that trusts this authority, and shows `certificate`."""
        made = ssl.create_default_context(cafile=str(self.pem))
        if version is not None:
            made.maximum_version = made.minimum_version = version
        if certificate is not None:
            made.load_cert_chain(certificate.pem, certificate.key)
        return made


def settings(**values):
    """`--set http.tls.…` for each: client_ca=… becomes http.tls.client-ca."""
    arguments = []
    for key, value in values.items():
        arguments += ["--set", f"http.tls.{key.replace('_', '-')}={value}"]
    return arguments


def pem_settings(certificate, **more):
    return settings(certificate=certificate.pem, key=certificate.key, **more)
