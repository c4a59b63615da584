using System.CommandLine;
using Amp.ServiceDefaults;
using Amp.Shared.Faults;

namespace Amp.Ctl.Commands;

/// <summary>The options that every command has.</summary>
internal static class GlobalOptions
{
    private const string AdminUrlVariable = "AMP_ADMIN_URL";
    private const string AuthTokenVariable = "AMP_AUTH_TOKEN";
    private const string DefaultAdminUrl = "http://localhost:1610";

    public static Option<string?> AdminUrl { get; } = new("--admin-url")
    {
        HelpName = "URL",
        Description = $"Where the controller listens; otherwise as {AdminUrlVariable} says, otherwise {DefaultAdminUrl}.",
        Recursive = true,
    };

    public static Option<string?> AuthToken { get; } = new("--auth-token")
    {
        HelpName = "TOKEN",
        Description = $"Sent with each request as a bearer token; otherwise as {AuthTokenVariable} says, where other users of the machine do not see it.",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Prints JSON in a terminal too; what is not a terminal always gets JSON.",
        Recursive = true,
    };

    public static AdminClient Client(ParseResult parsed)
    {
        var url = parsed.GetValue(AdminUrl) ?? Variable(AdminUrlVariable) ?? DefaultAdminUrl;
        return Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new AdminClient(address, parsed.GetValue(AuthToken) ?? Variable(AuthTokenVariable))
            : throw new UsageException($"'{url}' is not the address of a controller (--admin-url, {AdminUrlVariable}): http://HOST:PORT is needed");
    }

    public static Screen Screen(ParseResult parsed) => Ctl.Screen.Of(parsed.GetValue(Json));

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
