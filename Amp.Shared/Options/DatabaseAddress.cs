using System.Globalization;
using Npgsql;

namespace Amp.Shared.Options;

/// <summary>Reads the two spellings of a database address. No message of this file holds a part of the text that may be a password.</summary>
public static class DatabaseAddress
{
    private static readonly string[] _schemes = ["postgresql://", "postgres://"];

    // The parameters of libpq's URLs and the Npgsql keywords that mean the same.
    private static readonly Dictionary<string, string> _parameters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["host"] = "Host",
        ["port"] = "Port",
        ["user"] = "Username",
        ["password"] = "Password",
        ["dbname"] = "Database",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["sslnegotiation"] = "SSL Negotiation",
        ["channel_binding"] = "Channel Binding",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["options"] = "Options",
        ["client_encoding"] = "Client Encoding",
        ["passfile"] = "Passfile",
        ["krbsrvname"] = "Kerberos Service Name",
        ["require_auth"] = "Require Auth",
        ["target_session_attrs"] = "Target Session Attributes",
        ["load_balance_hosts"] = "Load Balance Hosts",
        ["keepalives_idle"] = "Tcp Keepalive Time",
        ["keepalives_interval"] = "Tcp Keepalive Interval",
    };

    /// <summary>The Npgsql connection string of a <c>postgresql://</c> URL or of an Npgsql string.</summary>
    public static string ToConnectionString(string text)
    {
        text = text.Trim();
        if (text.Length == 0)
            throw new FormatException("it is empty");
        var scheme = Array.Find(_schemes, s => text.StartsWith(s, StringComparison.OrdinalIgnoreCase));
        NpgsqlConnectionStringBuilder builder;
        if (scheme is not null)
        {
            builder = FromUrl(text[scheme.Length..]);
        }
        else
        {
            if (text.Contains("://", StringComparison.Ordinal) && !text.Contains('=', StringComparison.Ordinal))
                throw new FormatException("its scheme is not postgresql");
            builder = FromKeywords(text);
        }

        if (string.IsNullOrWhiteSpace(builder.Host))
            throw new FormatException("it names no host");
        return builder.ConnectionString;
    }

    /// <summary>Host, port, database and user, as messages may show them.</summary>
    public static string Describe(string connectionString)
    {
        if (connectionString.Length == 0)
            return "no database";
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return string.Create(CultureInfo.InvariantCulture, $"{builder.Host}:{builder.Port}/{builder.Database ?? builder.Username} as {builder.Username ?? "the default user"}");
    }

    /// <summary>The address as a URL whose password is hidden.</summary>
    public static string Hide(string connectionString)
    {
        if (connectionString.Length == 0)
            return "";
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        foreach (var secret in new[] { "Password", "SSL Password" })
        {
            if (builder.TryGetValue(secret, out var value) && value is string { Length: > 0 })
                builder[secret] = "***";
        }

        return builder.ConnectionString;
    }

    private static NpgsqlConnectionStringBuilder FromKeywords(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            // The library's own message may quote the value of a keyword, hence only what is known to be a keyword is told.
            var unknown = text.Split(';').Select(p => p.Split('=')[0].Trim()).FirstOrDefault(k => k.Length > 0 && k.All(c => char.IsAsciiLetter(c) || c == ' ') && !IsKeyword(k));
            throw new FormatException(unknown is null || !text.Contains('=', StringComparison.Ordinal)
                ? "it is neither a postgresql:// URL nor an Npgsql connection string"
                : $"'{unknown}' is not a keyword of an Npgsql connection string", e);
        }
    }

    private static NpgsqlConnectionStringBuilder FromUrl(string rest)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var query = rest.IndexOf('?', StringComparison.Ordinal);
        var parameters = query < 0 ? "" : rest[(query + 1)..];
        rest = query < 0 ? rest : rest[..query];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var database = slash < 0 ? "" : Unescape(rest[(slash + 1)..], "database");
        var authority = slash < 0 ? rest : rest[..slash];
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var user = authority[..at];
            var colon = user.IndexOf(':', StringComparison.Ordinal);
            builder.Username = Unescape(colon < 0 ? user : user[..colon], "user");
            if (colon >= 0)
                builder.Password = Unescape(user[(colon + 1)..], "password");
        }

        SetHosts(builder, authority[(at + 1)..]);
        if (database.Length > 0)
            builder.Database = database;
        foreach (var pair in parameters.Split('&', StringSplitOptions.RemoveEmptyEntries))
            SetParameter(builder, pair);
        return builder;
    }

    private static void SetHosts(NpgsqlConnectionStringBuilder builder, string hosts)
    {
        if (hosts.Length == 0)
            return;
        foreach (var host in hosts.Split(','))
        {
            var colon = host.LastIndexOf(':');
            // The colons of an IPv6 address stand before its closing bracket.
            if (colon > host.LastIndexOf(']') && !ushort.TryParse(host.AsSpan(colon + 1), NumberStyles.None, provider: null, out _))
                throw new FormatException("its port is not a number (a '@', ':' or '/' inside a password is written %40, %3A or %2F)");
        }

        var single = !hosts.Contains(',', StringComparison.Ordinal);
        var portAt = hosts.LastIndexOf(':');
        if (single && portAt > hosts.LastIndexOf(']'))
        {
            builder.Host = hosts[..portAt].Trim('[', ']');
            builder.Port = int.Parse(hosts.AsSpan(portAt + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        }
        else
        {
            builder.Host = single ? hosts.Trim('[', ']') : hosts;
        }
    }

    private static void SetParameter(NpgsqlConnectionStringBuilder builder, string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new FormatException("a parameter after '?' has no value");
        var name = Unescape(pair[..equals], "parameter");
        var keyword = _parameters.GetValueOrDefault(name, name);
        if (!IsKeyword(keyword))
            throw new FormatException($"'{name}' is not a parameter of a database URL");
        var value = Unescape(pair[(equals + 1)..], name);
        try
        {
            // libpq writes verify-full where Npgsql writes VerifyFull.
            builder[keyword] = keyword == "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException or OverflowException)
        {
            throw new FormatException($"its parameter '{name}' has a value that is not allowed", e);
        }
    }

    private static bool IsKeyword(string name)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder().TryGetValue(name, out _);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string Unescape(string text, string part)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                throw new FormatException($"its {part} holds a '%' that is not followed by two hex digits (a '%' itself is written %25)");
        }

        return Uri.UnescapeDataString(text);
    }
}
