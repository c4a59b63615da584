using System.CommandLine;

namespace Amp.ServiceDefaults;

/// <summary><c>PROGRAM completion bash|zsh|fish</c>: a script that asks <c>PROGRAM [suggest:N]</c> what may follow.</summary>
public static class CompletionCommand
{
    private static readonly Dictionary<string, string> _scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _PROGRAM() {
                local IFS=$'\n' line="${COMP_LINE:0:COMP_POINT}" word kept
                word="${line##*[[:blank:]]}"
                # What stands before the last of these is a word of its own to bash, and stays.
                kept="${word%"${word##*["${COMP_WORDBREAKS//[^@:=]}"]}"}"
                COMPREPLY=($(compgen -W "$(PROGRAM "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$word"))
                COMPREPLY=("${COMPREPLY[@]#"$kept"}")
            }
            complete -o default -F _PROGRAM PROGRAM
            """,
        ["zsh"] = """
            _PROGRAM() {
                local -a words_; words_=("${(@f)$(PROGRAM "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -- $words_ || _files
            }
            compdef _PROGRAM PROGRAM
            """,
        ["fish"] = """
            complete -c PROGRAM -a '(PROGRAM "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
            """,
    };

    /// <param name="program">Its name.</param>
    public static Command Create(string program)
    {
        var shell = new Argument<string>("shell") { Description = string.Join(", ", _scripts.Keys) };
        shell.AcceptOnlyFromAmong([.. _scripts.Keys]);
        var command = new Command("completion", $"Prints the completion script of a shell: source <({program} completion bash)") { shell };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.WriteLine(_scripts[parsed.GetRequiredValue(shell)].Replace("PROGRAM", program, StringComparison.Ordinal));
            return AmpProgram.Success;
        });
        return command;
    }
}
