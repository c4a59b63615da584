using System.Text.Json;

namespace Amp.Chains.Evm.Json;

internal static class JsonNames
{
    /// <summary>The name of the next field of the object that is being read, empty at its end.</summary>
    public static bool NextName(this scoped ref Utf8JsonReader json, out ReadOnlySpan<byte> name)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.PropertyName)
        {
            name = default;
            return false;
        }

        name = json.ValueIsEscaped ? System.Text.Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan;
        return true;
    }

    /// <summary>Skips the value of a field that no column wants.</summary>
    public static void SkipValue(this scoped ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }
}
