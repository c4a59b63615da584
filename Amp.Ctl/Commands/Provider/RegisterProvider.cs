using System.CommandLine;
using Amp.Chains.Providers;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Provider;

/// <summary><c>ampctl provider register NAME FILE</c>: adds a provider from a file as they lie in <c>providers_dir</c>.</summary>
internal static class RegisterProvider
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "Lower-case letters, digits and _." };
        var file = SourceArgument.Create("file", "Its TOML; ${VARIABLE} is replaced where the provider is used");
        return AdminCommand.Create("register", "Adds a provider; every process sees it at its next use.", [name, file], async run =>
        {
            var provider = ProviderFile.Parse(run.Value(name), await SourceArgument.ReadAsync(run.Value(file), run.Ct));
            await run.SendAsync(HttpMethod.Post, "providers", provider.ToJson(), $"provider {provider.Name} serves {provider.Network}");
        });
    }
}
