using System.Globalization;
using System.Text.Json;

namespace Amp.Ctl;

/// <summary>The controller answered with an error; the message has its code and what it says.</summary>
internal sealed class AdminRefusal(string message) : Exception(message)
{
    public static AdminRefusal Of(int status, string body)
    {
        try
        {
            var json = JsonElement.Parse(body);
            if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("error_code", out var code) && json.TryGetProperty("error_message", out var message))
                return new AdminRefusal($"{code}: {message}");
        }
        catch (JsonException)
        {
            // Something between here and the controller answered.
        }

        return new AdminRefusal(string.Create(CultureInfo.InvariantCulture, $"the answer has the status {status} and is not of a controller of Amp"));
    }
}
