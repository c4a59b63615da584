using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Amp.Shared.Faults;
using Microsoft.OpenApi;

namespace Amp.Controller.Admin.Wire;

/// <summary>Adds to an endpoint's OpenAPI document what its delegate does not show.</summary>
internal static class EndpointDocument
{
    private const string AnyType = "*/*";

    /// <summary>Documents a JSON body. Routing lets every content type through, so that the endpoint itself refuses it, in the one shape of errors.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint)
        where T : notnull => endpoint.Accepts<T>("application/json", AnyType);

    /// <summary>The document names the one content type that is really taken.</summary>
    public static void OnlyJson(OpenApiOperation operation) => operation.RequestBody?.Content?.Remove(AnyType);

    /// <summary>What may be null is left out when it is, so no client may count on it; but for what is always written.</summary>
    public static void OptionalMayBeLeftOut(OpenApiSchema schema, JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(p => p.IsGetNullable && !IsAlwaysWritten(p)))
            schema.Required?.Remove(property.Name);
    }

    /// <summary>Times are written by a converter, behind which no type is seen.</summary>
    public static void TimesAreText(OpenApiSchema schema, JsonTypeInfo type)
    {
        if ((Nullable.GetUnderlyingType(type.Type) ?? type.Type) == typeof(DateTimeOffset))
            (schema.Type, schema.Format) = (JsonSchemaType.String, "date-time");
    }

    private static bool IsAlwaysWritten(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.Never }];

    /// <summary>The statuses of these codes, and of what any endpoint may answer.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder endpoint, params ErrorCode[] codes)
    {
        ErrorCode[] all = [.. codes.Append(ErrorCode.InvalidRequest).Distinct(), ErrorCode.DatabaseUnavailable, ErrorCode.InternalError];
        foreach (var status in all.Select(ErrorStatus.Of).Distinct().Order())
            endpoint.Produces<ErrorAnswer>(status);
        return endpoint.WithDescription("Error codes: " + string.Join(", ", all.Select(c => c.ToWire())));
    }
}
