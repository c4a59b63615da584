using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Provider;

/// <summary><c>ampctl provider inspect NAME</c></summary>
internal static class InspectProvider
{
    public static Command Create() => AdminCommand.Inspect("inspect", "Tells a provider; secrets are hidden.", IdArgument.Provider(), name => ApiPath.Of($"providers/{name}"));
}
