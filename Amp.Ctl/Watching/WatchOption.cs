using System.CommandLine;

namespace Amp.Ctl.Watching;

/// <summary><c>--watch</c></summary>
internal static class WatchOption
{
    public static Option<bool> Create() => new("--watch")
    {
        Description = "Shows how far it is until it ends, or until Ctrl-C, which the job does not hear; in a pipe a line of JSON whenever something has changed.",
    };
}
