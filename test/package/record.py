"""Runs a Pulumi program without an engine and prints what it registers, as JSON: record.py PROGRAM"""

import json
import runpy
import sys

import pulumi

registered = []


class Recorder(pulumi.runtime.Mocks):
    def new_resource(self, args):
        registered.append({"type": args.typ, "name": args.name, "inputs": args.inputs})
        return [args.name, args.inputs]

    def call(self, args):
        raise Exception(f"the example calls {args.token}")


pulumi.runtime.set_mocks(Recorder(), preview=True)


@pulumi.runtime.test
def program():
    runpy.run_path(sys.argv[1], run_name="__main__")


program()
print(json.dumps(registered))
