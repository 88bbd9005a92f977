#!/usr/bin/python3
"""Each rule is shown a tree that breaks it and one that keeps it."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import rules  # noqa: E402
import tools  # noqa: E402

SQL_WORD = "sel" + "ect"

# rule, path, content, what the finding must say (None: no finding)
ROWS = [
    ("includes", "engine/calendar/a.c", '#include "engine/chart/b.h"\n', "may not include engine/chart"),
    ("includes", "engine/chart/a.c", '#include "engine/calendar/b.h"\n#include <glib.h>\n', None),
    ("includes", "engine/error.c", '#include "engine/calendar/b.h"\n', "may not include engine/calendar"),
    ("includes", "engine/core/a.h", "#include <uv.h>\n", "the engine may not include <uv.h>"),
    ("includes", "engine/core/a.h", "#include <time.h>\n", "the engine may not include <time.h>"),
    ("includes", "engine/app/a.c", '#include "adapters/uv/b.h"\n', "may not include adapters/uv"),
    ("includes", "adapters/http/a.c", '#include "adapters/postgres/b.h"\n', "may not include adapters/postgres"),
    ("includes", "adapters/http/a.c", '#include "adapters/uv/b.h"\n#include "engine/app/b.h"\n', None),
    ("includes", "adapters/http/a.c", "#include <libpq-fe.h>\n", "is known to adapters/postgres alone"),
    ("includes", "adapters/cli/a.c", '#include "adapters/postgres/b.h"\n', None),
    ("includes", "adapters/uv/a.c", '#include "adapters/cli/b.h"\n', "may not include adapters/cli"),
    ("includes", "adapters/main.c", '#include "adapters/cli/b.h"\n', None),
    ("includes", "engine/core/a.c", '#include "step.h"\n', "by its path from the root"),
    ("includes", "engine/core/a.c", "/* #include <uv.h> */\n", None),
    ("lengths", "engine/core/a.c", "int x;\n" * 601, "601 lines"),
    ("lengths", "engine/core/a.c", "int f(void)\n{\n" + "    ;\n" * 71 + "}\n", "a function of 71 lines"),
    ("lengths", "engine/core/a.c", "int f(void)\n{\n" + "    ;\n" * 70 + "}\n", None),
    ("sql", "adapters/postgres/a.c", f'x("{SQL_WORD} a, b"\n  " from c");\n', "SQL in a C string"),
    ("sql", "adapters/postgres/a.c", 'x("INSERT " "INTO c");\n', "SQL in a C string"),
    ("sql", "adapters/postgres/a.c", 'x("update cases set a = 1");\n', "SQL in a C string"),
    ("sql", "adapters/postgres/a.c", 'x("delete from cases");\n', "SQL in a C string"),
    ("sql", "adapters/postgres/a.c", f'/* "{SQL_WORD} a from b" */ x("{SQL_WORD} a role, then update it");\n', None),
    ("banned", "engine/core/a.c", "strcpy(a, b);\n", "strcpy() is not used here"),
    ("banned", "engine/core/a.c", "x = localtime(&t);\n", "localtime() is not used here"),
    ("banned", "engine/core/a.c", 'gmtime_r(&t, &tm); my_atoi(x); /* atoi(x) */ f("atoi(x)"); g_strlcpy(a, b, 1);\n', None),
    ("words", "engine/core/a.c", "/* TO" + "DO later */\n", "finish it"),
    ("words", "engine/core/a.c", "/* to do, later */\n", None),
    ("paths", "deploy/a", "cd /wo" + "rk/main\n", "a path of one machine"),
    ("paths", "deploy/a", "cd ./wo" + "rk/x\n", None),
    ("headers", "engine/core/a.h", "size_t f(void);\n", "does not compile alone"),
    ("headers", "engine/core/a.h", "#include <stddef.h>\nsize_t f(void);\n", None),
    ("format", "engine/core/a.c", "int  f( void ){return 1;}\n", "not formatted"),
    ("format", "engine/core/a.c", "int f(void)\n{\n    return 1;\n}\n", None),
    ("symbols", "engine/core/a.c", "#include <time.h>\nlong f(void);\nlong f(void) { return time(0); }\n", "uses time,"),
    ("symbols", "engine/core/a.c", "char *g_getenv(void);\nvoid f(void) { g_getenv(); }\n", "uses g_getenv,"),
    ("symbols", "engine/core/a.c", "void *g_hash_table_iter_next(void);\nvoid f(void) { g_hash_table_iter_next(); }\n",
     "uses g_hash_table_iter_next,"),
    ("symbols", "engine/core/a.c", "char *g_strdup(void);\nvoid h(void);\nvoid f(void) { g_strdup(); h(); }\n"
     "void h(void) { f(); }\n", None),
]  # fmt: skip
NEIGHBOURS = ("engine/chart/b.h", "engine/calendar/b.h", "engine/app/b.h", "adapters/uv/b.h", "adapters/postgres/b.h",
              "adapters/cli/b.h")  # fmt: skip


class Rules(unittest.TestCase):
    def judge(self, root, rule, path):
        if rule in rules.RULES:
            return rules.RULES[rule](root)
        if rule == "symbols":
            subprocess.run(["cc", "-w", "-c", "-o", root / "a.o", root / path], check=True)
            subprocess.run(["ar", "rc", root / "libtoroku_core.a", root / "a.o"], check=True)
        try:
            return tools.RULES[rule](root, root)
        except tools.Skip as reason:
            self.skipTest(str(reason))

    def test_rows(self):
        clang_format = (Path(__file__).resolve().parents[2] / ".clang-format").read_text()
        for rule, path, content, said in ROWS:
            with self.subTest(rule=rule, content=content[:60]), tempfile.TemporaryDirectory() as name:
                root = Path(name)
                (root / ".clang-format").write_text(clang_format)
                for file, written in [*((n, "") for n in NEIGHBOURS), (path, content)]:
                    (root / file).parent.mkdir(parents=True, exist_ok=True)
                    (root / file).write_text(written)
                findings = self.judge(root, rule, path)
                if said is None:
                    self.assertEqual(findings, [])
                else:
                    self.assertEqual(len(findings), 1, findings)
                    self.assertIn(said, findings[0])


if __name__ == "__main__":
    unittest.main()
