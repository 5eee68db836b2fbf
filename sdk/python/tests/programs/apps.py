"""Functions and classes for the tests: other processes import this module."""

import os
import sys

import keyloft

app = keyloft.App("tests", secrets=["base"])


@app.function(secrets=["postgres"], env={"PGUSER": "from env"})
def connect(more=""):
    return os.environ["PGHOST"], os.environ["PGPASSWORD"], os.environ["PGUSER"] + more


@app.function()
async def later(number):
    return number, os.environ["PGHOST"]


@app.function(max_workers=2)
def square(number):
    if number == 13:
        raise ValueError("unlucky")
    return number * number


@app.function(max_workers=2)
def look():
    return os.getpid(), "KEYLOFT_TOKEN" in os.environ, "KEYLOFT_URL" in os.environ


@app.function()
def die():
    os._exit(3)


@app.cls(secrets=["huggingface"], max_workers=1)
class Service:
    def __init__(self, model="small"):
        self.model = model

    @keyloft.enter()
    def load(self):
        self.token = os.environ["HF_TOKEN"]
        self.calls = 0

    @keyloft.exit()
    def end(self):
        if folder := os.environ.get("ENDED"):
            with open(folder, "a") as file:  # noqa: PTH123
                file.write(f"{self.calls} {os.environ['HF_TOKEN']}\n")

    @keyloft.method()
    def predict(self, word):
        self.calls += 1
        return self.model, self.token, word, self.calls

    @keyloft.method()
    async def ask(self, word):
        self.calls += 1
        return self.token, os.environ["HF_TOKEN"], word

    @keyloft.method()
    def job(self):
        """Called as a part of ours is."""
        return "job"

    def unmarked(self):
        pass


if __name__ == "__main__":
    print(connect.remote(), look.remote()[1:], list(square.map(range(5))))


@app.function()
def much():
    """More than a pipe holds."""
    return os.environ.get("OTHER"), "x" * 1_000_000


@app.function()
def leave():
    """Ends its process."""
    sys.exit(4)
