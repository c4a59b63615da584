using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Terminal;

namespace Amp.Ctl.Commands.Provider;

/// <summary><c>ampctl provider list</c></summary>
internal static class ListProviders
{
    public static Command Create() => AdminCommand.List(
        "list", "Lists the providers; secrets are hidden.", [], _ => new Listing("providers", "providers", "last_provider"),
        Column.At("name"), Column.At("kind"), Column.At("network"), Column.At("url"), Column.At("error"));
}
