using System.CommandLine;
using Amp.ServiceDefaults;

namespace Amp.Daemon.Commands;

/// <summary><c>ampd completion bash|zsh|fish</c>: a script that asks <c>ampd [suggest:N]</c> what may follow.</summary>
public static class CompletionCommand
{
    private static readonly Dictionary<string, string> _scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _ampd() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(ampd "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _ampd ampd
            """,
        ["zsh"] = """
            _ampd() {
                local -a words_; words_=("${(@f)$(ampd "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -- $words_ || _files
            }
            compdef _ampd ampd
            """,
        ["fish"] = """
            complete -c ampd -a '(ampd "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = string.Join(", ", _scripts.Keys) };
        shell.AcceptOnlyFromAmong([.. _scripts.Keys]);
        var command = new Command("completion", "Prints the completion script of a shell: source <(ampd completion bash)") { shell };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.WriteLine(_scripts[parsed.GetRequiredValue(shell)]);
            return AmpProgram.Success;
        });
        return command;
    }
}
