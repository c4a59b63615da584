using System.CommandLine;

namespace Amp.Ctl.Commands.Provider;

/// <summary><c>ampctl provider</c></summary>
internal static class ProviderCommand
{
    public static Command Create() => new("provider", "Providers: the nodes that serve networks.")
    {
        RegisterProvider.Create(),
        ListProviders.Create(),
        InspectProvider.Create(),
        RemoveProvider.Create(),
    };
}
