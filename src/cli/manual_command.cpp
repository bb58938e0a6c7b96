#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "commands.hpp"
#include "eigenflow/scenario/emit.hpp"
#include "eigenflow/scenario/schema.hpp"
#include "exit_codes.hpp"
#include "option_tree.hpp"
#include "version_information.hpp"

// The man page, from the tree of options and the schema of the keys: packages install what this prints.

namespace eigenflow::cli {
namespace {

// Text as roff shows it: backslashes, hyphens that can be copied, and lines that would be requests.
std::string roff(std::string_view text) {
    std::string safe;
    bool line_starts = true;
    for (const char c : text) {
        if (line_starts && (c == '.' || c == '\'')) safe += "\\&";
        if (c == '\\') {
            safe += "\\e";
        } else if (c == '-') {
            safe += "\\-";
        } else {
            safe += c;
        }
        line_starts = c == '\n';
    }
    return safe;
}

// A description: paragraphs of text, and examples as they stand.
std::string described(std::string_view text) {
    std::string page;
    while (!text.empty()) {
        const std::size_t end = text.find("\n\n");
        const std::string_view paragraph = text.substr(0, end);
        const bool examples = paragraph.starts_with("Examples:");
        page += fmt::format(".PP\n{}{}\n{}", examples ? ".nf\n" : "", roff(paragraph), examples ? ".fi\n" : "");
        text = end == std::string_view::npos ? "" : text.substr(end + 2);
    }
    return page;
}

bool repeats(const CLI::Option& option) { return option.get_expected_max() == CLI::detail::expected_max_vector_size; }

// CLI11 writes the value of a flag behind its name: "--no-center-scale{false}".
std::string name_of(const CLI::Option& option) {
    std::string name = option.get_name(false, true);
    if (const std::size_t value = name.find('{'); value != std::string::npos)
        name.erase(value, name.find('}') - value + 1);
    return name;
}

std::string entry(const CLI::Option& option) {
    const std::string type = option.get_positional() ? "" : type_text(option);
    // The page is made where the package is: the number of threads of that machine is not the reader's.
    const std::string usual = option.check_lname("threads") ? "those of the processor" : option.get_default_str();
    return fmt::format(".TP\n.B {}{}{}{}\n{}{}\n", roff(name_of(option)), type.empty() ? "" : " " + roff(type),
                       repeats(option) ? " ..." : "", option.get_required() ? " REQUIRED" : "",
                       roff(option.get_description()), usual.empty() ? "" : " [" + roff(usual) + "]");
}

std::string synopsis(const CLI::App& command) {
    std::string line = fmt::format(".PP\n.B eigenflow {}\n[\\fIoptions\\fR]", roff(command.get_name()));
    for (const CLI::Option* option : command.get_options()) {
        if (!option->get_positional()) continue;
        const std::string name = fmt::format("\\fI{}\\fR{}", roff(name_of(*option)), repeats(*option) ? " ..." : "");
        line += option->get_required() ? " " + name : " [" + name + "]";
    }
    return line + "\n";
}

// Meaning [unit] (when it applies); what it may be. Default: what it is.
std::string entry(const scenario::Key& key) {
    const std::string usual = scenario::default_text(key);
    return fmt::format(".TP\n.B {}\n{}{}{}; {}.{}\n", roff(key.name), roff(key.meaning),
                       key.unit.empty() ? "" : " [" + roff(key.unit) + "]",
                       key.applies.empty() ? "" : " (" + roff(key.applies) + ")", roff(scenario::allowed_text(key)),
                       usual.empty() ? "" : " Default: " + roff(usual));
}

std::string man_page(const CLI::App& program) {
    std::string page = fmt::format(".TH EIGENFLOW 1 \"\" \"eigenflow {}\" \"User Commands\"\n", version::number);
    page += ".SH NAME\neigenflow \\- how linear diffusion models learn, mode by mode\n";
    page += ".SH SYNOPSIS\n.B eigenflow\n.I command\n[\\fIoptions\\fR] ...\n";
    page += ".SH DESCRIPTION\n" + described(program.get_description());
    page += ".SH OPTIONS\n";
    for (const CLI::Option* option : program.get_options()) page += entry(*option);
    page += ".SH COMMANDS\n";
    for (const CLI::App* command : shown_commands(program)) {
        page += ".SS " + roff(command->get_name()) + "\n" + synopsis(*command) + described(command->get_description());
        for (const CLI::Option* option : command->get_options()) page += entry(*option);
    }
    page += ".SH KEYS OF A SCENARIO\n";
    for (const scenario::Key& key : scenario::schema()) page += entry(key);
    page += ".SH EXIT STATUS\n";
    for (const auto& [code, meaning] : exit_meanings) page += fmt::format(".TP\n.B {}\n{}\n", code, roff(meaning));
    page += ".SH ENVIRONMENT\n.TP\n.B OPENBLAS_CORETYPE\n";
    page +=
        roff("The kernels of OpenBLAS, of which principal components alone are made; unset: those of the processor\n");
    return page;
}

}  // namespace

void add_manual(CLI::App& program, int& exit_code) {
    add_hidden(program, "manual", "The man page, as roff", man_page, exit_code);
}

}  // namespace eigenflow::cli
