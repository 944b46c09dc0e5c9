"""Runs the tests of a library that is written for TensorFlow on this package.

    .venv/bin/python tests/libraries/run.py sonnet        # or gpflow, tfp, keras
    .venv/bin/python tests/libraries/run.py sonnet -k linear

The first run makes `.venv-libraries`, an environment that has the packages of the one that runs
this file, and installs the libraries there, without TensorFlow. Every test must pass, except those
that `expected_failures/LIBRARY.txt` lists with their reasons; these must fail. `plugin.py` sees to
that. Further arguments are passed to pytest. CI does not run this: the libraries are downloaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENVIRONMENT = ROOT / ".venv-libraries"
PYTHON = ENVIRONMENT / "bin" / "python"


class Library(NamedTuple):
    package: str
    requirements: str  # installed without what they depend on, which includes TensorFlow
    tests: str  # files, relative to the environment's packages or to this folder
    ignored: str = ""
    stand_ins: bool = False  # whether it needs those of `stubs` to be imported
    plugin: str = "plugin"  # a further plugin of pytest


LIBRARIES = {
    "sonnet": Library(
        "dm-sonnet==2.0.2",
        "absl-py dm-tree attrs wrapt tabulate",
        "{site}/sonnet/src",
        # JAX; Keras
        "{site}/sonnet/src/functional/haiku_test.py {site}/sonnet/src/functional/jax_test.py "
        "{site}/sonnet/src/conformance/keras_test.py {site}/sonnet/src/optimizers/adam_test.py "
        "{site}/sonnet/src/optimizers/momentum_test.py "
        "{site}/sonnet/src/optimizers/rmsprop_test.py {site}/sonnet/src/optimizers/sgd_test.py",
    ),
    "gpflow": Library(
        "gpflow==2.11.2",
        "tensorflow-probability==0.25.0 absl-py dm-tree attrs wrapt tabulate decorator gast six"
        " check-shapes dropstackframe deprecated lark multipledispatch",
        "{site}/tests/gpflow",
        stand_ins=True,
    ),
    "tfp": Library(
        "tensorflow-probability==0.25.0",
        "absl-py dm-tree attrs wrapt decorator gast six",
        "{here}/tfp_programs.py",
        stand_ins=True,
    ),
    # Some of Keras's tests import JAX, some grain.
    "keras": Library(
        "keras==3.15.1",
        "absl-py h5py namex optree rich jax==0.10.2 jaxlib==0.10.2 pandas"
        " grain array-record etils importlib_resources zipp more-itertools toolz portpicker psutil"
        " cloudpickle dm-tree attrs wrapt"
        " orbax-checkpoint tensorstore msgpack aiofiles humanize simplejson pyyaml uvloop"
        " typing-extensions prometheus-client",
        "{site}/keras/src",
        plugin="keras_markers",
    ),
}


# Tests of Keras that CI runs, in the environment of the package's own tests: run.py keras --sample
SAMPLE = """losses/loss_test.py models/sequential_test.py optimizers/adam_test.py
    layers/core/embedding_test.py layers/normalization/batch_normalization_test.py
    callbacks/early_stopping_test.py metrics/accuracy_metrics_test.py
    random/random_test.py""".split()


def site_packages() -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return ENVIRONMENT / "lib" / version / "site-packages"


def prepare(library: Library) -> None:
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        # This package comes last, since GPflow's tests are a package `tests` too. torch, pytest and
        # the rest are those of the environment that runs this file.
        shared = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})"
        (site_packages() / "shared.pth").write_text(f"{ROOT}\n{shared}\n")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]
    subprocess.run([*pip, *library.requirements.split()], check=True)
    name, version = library.package.split("==")
    if not (site_packages() / f"{name.replace('-', '_')}-{version}.dist-info").exists():
        # The tests are those of this environment, even where the shared one has the library too.
        subprocess.run([*pip, "--ignore-installed", library.package], check=True)
    # GPflow's tests are the package `tests.gpflow`, which must not be taken for `gpflow`.
    if (site_packages() / "tests").exists():
        (site_packages() / "tests" / "__init__.py").touch()


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in LIBRARIES:
        print(f"usage: {sys.argv[0]} {'|'.join(LIBRARIES)} [arguments of pytest]")
        return 2
    name, *arguments = sys.argv[1:]
    library = LIBRARIES[name]
    python, site, own = PYTHON, site_packages(), ()
    if arguments == ["--sample"]:
        python, site = Path(sys.executable), Path(sysconfig.get_path("purelib"))
        own = (ROOT,)
        arguments = ["-n", "auto", *(str(site / "keras" / "src" / file) for file in SAMPLE)]
    else:
        prepare(library)
    places = {"site": site, "here": HERE}
    here = [site / argument.partition("::")[0] for argument in arguments]
    chosen = [path for path in here if path.exists()]
    if not chosen:
        arguments += library.tests.format(**places).split()
    arguments += [f"--ignore={path}" for path in library.ignored.format(**places).split()]
    stubs = (HERE / "stubs",) if library.stand_ins else ()  # a `tf_keras` among them
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(
            str(path) for path in (HERE, *stubs, HERE / "keras_suite", *own)
        ),
        "OMP_NUM_THREADS": "1",
        "STAND_INS": "1" if library.stand_ins else "",
        "EXPECTED_FAILURES": str(HERE / "expected_failures" / f"{name}.txt"),
    }
    pytest = [python, "-m", "pytest", "-q", "-p", "plugin", "-p", library.plugin, "--tb=short"]
    options = [
        "--rootdir",
        str(site),
        "-c",
        str(HERE / "pytest.ini"),
        "--override-ini=python_files=*_test.py test_*.py tfp_programs.py",
    ]
    # Sonnet's tests name their files relative to the folder of its packages.
    command = [*pytest, *options, *arguments]
    return subprocess.run(command, env=environment, cwd=site).returncode


if __name__ == "__main__":
    sys.exit(main())
