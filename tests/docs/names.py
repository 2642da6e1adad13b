"""What the pages in docs/ name must be there: functions in a header, files and folders in the tree. And the other way
round: every folder of core, contract, lib and programs stands in ARCHITECTURE.md, every local link leads somewhere."""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGES = ["README.md"] + [os.path.join("docs", n) for n in sorted(os.listdir(os.path.join(ROOT, "docs"))) if n.endswith(".md")]


def read(path):
    with open(os.path.join(ROOT, path)) as f:
        return f.read()


def declared():
    names = set()
    for top in ("core", "lib", "contract", "programs"):
        for at, _, files in os.walk(os.path.join(ROOT, top)):
            for name in files:
                if name.endswith((".h", ".def", ".c")):
                    names |= set(re.findall(r"\bur_\w+|\bUR_\w+", read(os.path.relpath(os.path.join(at, name), ROOT))))
    return names


def main():
    names, wrong = declared(), []
    for page in PAGES:
        text = read(page)
        for name in sorted(set(re.findall(r"\b(?:ur|UR)_\w+", text))):
            if name not in names and not any(n.startswith(name) for n in names if name.endswith("_")):
                wrong.append(f"{page}: {name} is nowhere declared")
        for path in sorted(set(re.findall(r"`((?:core|contract|lib|programs|tests|tools|fuzz|bench|docs|cmake|third_party)/[\w./-]*)`", text))):
            if not os.path.exists(os.path.join(ROOT, path)):
                wrong.append(f"{page}: {path} does not exist")
        for link in re.findall(r"\]\((?!https?://)([^)#]+)", text):
            if not os.path.exists(os.path.join(ROOT, os.path.dirname(page), link)):
                wrong.append(f"{page}: the link to {link} leads nowhere")
    for page in PAGES[1:]:
        if f"({page})" not in read("README.md"):
            wrong.append(f"README.md: no link to {page}")
    map_of_tree = read("docs/ARCHITECTURE.md")
    for top in ("core", "contract", "lib", "programs"):
        for name in sorted(os.listdir(os.path.join(ROOT, top))):
            if os.path.isdir(os.path.join(ROOT, top, name)) and not re.search(rf"(^|[ `/]){name}/", map_of_tree, re.M):
                wrong.append(f"docs/ARCHITECTURE.md: {top}/{name} is missing")
    print("\n".join(wrong) if wrong else f"{len(PAGES)} pages name nothing that is not there")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
