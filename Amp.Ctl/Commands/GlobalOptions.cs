using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Terminal;
using Amp.ServiceDefaults;

namespace Amp.Ctl.Commands;

/// <summary>The options that every command has.</summary>
internal static class GlobalOptions
{
    private const string AdminUrlVariable = "AMP_ADMIN_URL";
    private const string ServerUrlVariable = "AMP_SERVER_URL";
    private const string AuthTokenVariable = "AMP_AUTH_TOKEN";
    private const string DefaultAdminUrl = "http://localhost:1610";
    private const string DefaultServerUrl = "http://localhost:1602";

    public static Option<string?> AdminUrl { get; } = new("--admin-url")
    {
        HelpName = "URL",
        Description = $"Where the controller listens; otherwise as {AdminUrlVariable} says, otherwise {DefaultAdminUrl}.",
        Recursive = true,
    };

    /// <summary>Of the one command that asks a server.</summary>
    public static Option<string?> ServerUrl { get; } = new("--server-url")
    {
        HelpName = "URL",
        Description = $"Where a server answers Arrow Flight; otherwise as {ServerUrlVariable} says, otherwise {DefaultServerUrl}.",
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

    public static AdminClient Client(ParseResult parsed) =>
        new(Address(parsed.GetValue(AdminUrl), "--admin-url", AdminUrlVariable, DefaultAdminUrl), Token(parsed));

    public static Uri Server(ParseResult parsed) => Address(parsed.GetValue(ServerUrl), "--server-url", ServerUrlVariable, DefaultServerUrl);

    public static Screen Screen(ParseResult parsed) => Terminal.Screen.Of(parsed.GetValue(Json));

    public static string? Token(ParseResult parsed)
    {
        var token = parsed.GetValue(AuthToken) ?? Variable(AuthTokenVariable);
        return token is null || token.All(c => c is > ' ' and <= '~')
            ? token
            : throw new UsageException($"the token (--auth-token, {AuthTokenVariable}; it is not shown) holds characters that no HTTP header can");
    }

    private static Uri Address(string? asked, string option, string variable, string otherwise)
    {
        var url = asked ?? Variable(variable) ?? otherwise;
        if (url.Contains('@', StringComparison.Ordinal))
            throw new UsageException($"the address by {option} or {variable} holds an @ (it is not shown, as a password may stand before it): http://HOST:PORT is needed, and a token goes into {AuthTokenVariable}");
        return Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"'{url}' is no address ({option}, {variable}): http://HOST:PORT is needed");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
