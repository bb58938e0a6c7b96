#!/usr/bin/env python3
"""Scenarios and overrides that can't be right: what is said, and that nothing is written."""


from program import FILE, SMALL, USAGE, ProgramTest, main


class Scenarios(ProgramTest):
    def assert_scenario_refused(self, text, *problems, overrides=(), code=USAGE):
        self.write("s.toml", text)
        for command in ("run", "check"):
            self.assert_refused([command, "s.toml", *overrides], code, *problems)

    def assert_line_refused(self, line, *parts):
        """The line in a scenario that is right without it."""
        self.assert_scenario_refused(f'data.source = "power-law"\n{line}\n', ["s.toml:2: ", line, *parts])

    def test_an_unknown_key_is_met_with_the_nearest(self):
        self.assert_line_refused("data.mods = 4", "unknown key", "did you mean data.modes?")
        self.assert_line_refused("network.inti = 0.5", "unknown key", "did you mean network.init?")

    def test_a_value_of_the_wrong_type(self):
        self.assert_line_refused('data.modes = "many"', "a whole number", "1 <= modes <= 10000000", "default is 256")
        self.assert_line_refused("network.init = true", "a finite number, a list of one per mode, or {")
        self.assert_line_refused("network.architecture = 3", "one of one-layer, symmetric-two-layer")

    def test_a_value_out_of_range(self):
        self.assert_line_refused("data.modes = 0", "1 <= modes <= 10000000", "default is 256")
        self.assert_line_refused("data.largest = -1.0", "largest > 0", "default is 10")
        self.assert_line_refused("fit.confidence = 1.0", "0 < confidence < 1", "default is 0.95")
        self.assert_line_refused("network.init = nan", "a finite number")
        self.assert_line_refused('network.architecture = "one-lair"', "did you mean one-layer?")

    def test_values_that_contradict_each_other(self):
        self.assert_scenario_refused('data.source = "power-law"\ntraining.first = 10.0\ntraining.last = 1.0\n',
                                     ["s.toml:3: ", "training.last = 1.0", "last > first", "first is 10.0"])

    def test_every_error_at_once_in_the_order_of_the_lines(self):
        self.assert_scenario_refused('[data]\nsource = "power-law"\nmods = 3\n[training]\npoints = 0\n',
                                     ["s.toml:3: ", "data.mods = 3", "data.modes"],
                                     ["s.toml:5: ", "training.points = 0", "2 <= points <= 100000"],
                                     ["command line: network.init=x: ", "a finite number"],
                                     overrides=["network.init=x"])

    def test_a_syntax_error(self):
        self.assert_scenario_refused('[data]\nsource = "power-law\n',
                                     ["s.toml:2:", "not valid TOML", "correct this line"])
        self.assert_scenario_refused("[data\n", ["s.toml:1:", "not valid TOML"])
        self.assert_scenario_refused("data.modes = 1\ndata.modes = 2\n", ["s.toml:2:", "not valid TOML"])

    def test_an_empty_scenario_is_asked_for_its_source(self):
        for text in ("", "# nothing yet\n"):
            self.assert_scenario_refused(text, ["s.toml:1: ", "data.source is missing", "power-law, log-normal, list",
                                                'add source = "power-law" under [data]'])

    def test_bytes_that_are_no_text(self):
        for content in (b"\x93NUMPY\x01\x00\xff\xfe\x00", bytes(range(256)) * 20, b"\x00" * 100, b"\xff\xfed\x00a\x00"):
            self.assert_scenario_refused(content, ["s.toml:1:", "not valid TOML"])

    def test_a_scenario_that_is_not_there(self):
        for command in ("run", "check"):
            self.assert_refused([command, "absent.toml"], FILE, ["absent.toml: ", "No such file", "check the path"])

    def test_a_scenario_that_is_a_directory(self):
        (self.folder / "a directory").mkdir()
        for command in ("run", "check"):
            self.assert_refused([command, "a directory"], FILE,
                                ["a directory: ", "it is a directory", "name the .toml file in it"])

    def test_a_scenario_that_may_not_be_read(self):
        self.write("s.toml", SMALL).chmod(0)
        outcome = self.run_without_privilege("run", "s.toml")
        self.assert_sentences(outcome, FILE, ["s.toml: ", "Permission denied"])


class Overrides(ProgramTest):
    def assert_override_refused(self, override, *parts):
        for command in ("run", "check"):
            self.assert_refused([command, "small.toml", override], USAGE, [f"command line: {override}: ", *parts])

    def test_an_override_of_an_unknown_key(self):
        self.assert_override_refused("network.inti=3", "unknown key", "did you mean network.init?")

    def test_an_override_that_is_no_assignment(self):
        for override in ("network.init", "=3"):
            self.assert_override_refused(override, "must be key=value", "network.init=0.5")

    def test_an_override_of_the_wrong_type_or_range(self):
        self.assert_override_refused("data.modes=-1", "a whole number, 1 <= modes <= 10000000", "default is 256")
        self.assert_override_refused("network.init=", "a finite number")

    def test_every_error_of_the_overrides_at_once(self):
        self.assert_refused(["run", "small.toml", "data.modes=0", "training.pints=9"], USAGE,
                            ["command line: data.modes=0: "], ["command line: training.pints=9: ", "training.points"])

    def test_an_override_with_a_list_of_another_length(self):
        self.assert_override_refused("network.init=[0.1,0.2]", "one per mode", "8 modes, 2 numbers", "a list of 8")


class Combinations(ProgramTest):
    """What each key alone allows, and the whole does not: found before any work."""

    def assert_combination_refused(self, *overrides, parts, code=USAGE):
        for command in ("run", "check"):
            self.assert_refused([command, "small.toml", *overrides], code, parts)

    def test_a_list_of_another_length_than_the_file(self):
        self.write("spectrum.csv", "mode,variance\n1,2\n2,1\n3,0.5\n")
        self.assert_combination_refused("data.source=csv", "data.file=spectrum.csv", "network.init=[0.1,0.2]",
                                        parts=["small.toml: network.init", "2 weights", "3 modes", "one per mode"])

    def test_a_tied_network_has_no_negative_weight(self):
        self.assert_combination_refused("network.architecture=symmetric-two-layer", "network.init=-0.1",
                                        parts=["command line: network.init=-0.1: ", "mode 1", "negative", "init ≥ 0",
                                               "symmetric-two-layer"])

    def test_a_closed_form_where_there_is_none(self):
        self.assert_combination_refused("training.solver=closed-form", "objective.preconditioning=edm",
                                        parts=["command line: training.solver=closed-form: ", "preconditioning",
                                               'use solver = "auto" or "quadrature"'])

    def test_a_closed_form_is_asked_of_every_sampler(self):
        # heun ended its work before its companion was refused, and ode ignored the demand.
        for solver in ("exact", "heun", "ode"):
            self.assert_combination_refused("network.architecture=deep", "training.solver=closed-form",
                                            f"sampling.solver={solver}", "training.points=100000",
                                            parts=["command line: training.solver=closed-form: ", "closed form for"])

    def test_every_combination_without_meaning_at_once(self):
        self.write("s.toml", """[data]
source = "power-law"
[network]
architecture = "symmetric-two-layer"
init = -0.5
depth = 0
[objective]
target = "velocity"
""")
        for command in ("run", "check"):
            self.assert_refused([command, "s.toml", "sampling.to_zero=true"], USAGE,
                                ["s.toml:5: network.init = -0.5: ", "negative weight"],
                                ["s.toml:6: network.depth = 0: ", "1 <= depth <= 64"],
                                ["s.toml:8: objective.target = \"velocity\": ", "no meaning on path \"ve\"", "\"flow\""],
                                ["command line: sampling.to_zero=true: ", "use solver = \"heun\""])

    def test_a_default_end_of_the_path_that_the_target_cannot_reach(self):
        self.assert_combination_refused("objective.path=flow",
                                        parts=["command line: objective.path=flow: sampling.data = 1.0: ",
                                               "1 is the default of path flow", "sampling.data=0.999"])

    def test_edm_preconditioning_takes_the_route_that_it_has(self):
        for overrides in (["training.solver=auto"], ["training.solver=quadrature"], ["objective.weighting=edm"],
                          ["network.architecture=symmetric-two-layer"]):
            self.succeed("check", "small.toml", "objective.preconditioning=edm", *overrides)
        self.simulate("small.toml", "objective.preconditioning=edm", "objective.weighting=edm-lognormal")


if __name__ == "__main__":
    main()
