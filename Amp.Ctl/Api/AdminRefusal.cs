using System.Globalization;
using System.Net;
using System.Text.Json;
using Amp.Ctl.Terminal;

namespace Amp.Ctl.Api;

/// <summary>A controller or server answered with an error; the message has its code, what it says and what to do next.</summary>
internal sealed class AdminRefusal(string message) : Exception(Printable.Of(message))
{
    /// <param name="fault">Its code, a colon, what is said of it.</param>
    public static AdminRefusal Of(string fault) => new(NextStep.After(fault.Split(':')[0]) is { } step ? $"{fault.TrimEnd('.')}; {step}" : fault);

    public static AdminRefusal Of(HttpStatusCode status, string body)
    {
        try
        {
            var json = JsonElement.Parse(body);
            if (json.Text("error_code") is { Length: > 0 } code && json.Text("error_message") is { Length: > 0 } message)
                return Of($"{code}: {message}");
        }
        catch (JsonException)
        {
            // Something between here and the controller answered.
        }

        return new AdminRefusal(status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? string.Create(CultureInfo.InvariantCulture, $"what stands before the controller refuses (status {(int)status}); give a token by AMP_AUTH_TOKEN or --auth-token")
            : string.Create(CultureInfo.InvariantCulture, $"the answer has the status {(int)status} and is not of a controller of Amp"));
    }
}
