using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Provider;

/// <summary><c>ampctl provider rm NAME</c></summary>
internal static class RemoveProvider
{
    public static Command Create() => AdminCommand.Remove(
        "rm", "Takes a provider away; jobs of its network wait until there is another.", IdArgument.Provider(), name => ApiPath.Of($"providers/{name}"), name => $"provider {name} is taken away");
}
