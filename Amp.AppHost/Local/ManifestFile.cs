using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Amp.AppHost.Local;

/// <summary>The picture as a deployment tool reads it: the manifest of .NET Aspire, schema 8.0.</summary>
internal static class ManifestFile
{
    public static async Task WriteAsync(IDistributedApplicationBuilder builder, string path, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(path, Text(builder, folder), cancellationToken);
        await Console.Out.WriteLineAsync($"manifest written to {path}");
    }

    /// <param name="builder">The picture.</param>
    /// <param name="folder">Where the manifest will lie: paths in it are relative to this.</param>
    public static string Text(IDistributedApplicationBuilder builder, string folder)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json.schemastore.org/aspire-8.0.json");
            json.WriteStartObject("resources");
            foreach (var resource in builder.Resources.Cast<Resource>())
            {
                json.WriteStartObject(resource.Name);
                WriteResource(json, resource, folder);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteResource(Utf8JsonWriter json, Resource resource, string folder)
    {
        switch (resource)
        {
            case ProjectResource project:
                json.WriteString("type", "project.v0");
                json.WriteString("path", Relative(folder, project.ProjectPath));
                WriteArguments(json, project);
                WriteEnvironment(json, project);
                WriteBindings(json, project);
                break;
            case ContainerResource container:
                json.WriteString("type", "container.v0");
                if (container is PostgresServerResource server)
                    json.WriteString("connectionString", server.ConnectionStringExpression.ValueExpression);
                json.WriteString("image", container.Image);
                WriteArguments(json, container);
                WriteMounts(json, container, folder);
                WriteEnvironment(json, container);
                WriteBindings(json, container);
                break;
            case PostgresDatabaseResource database:
                json.WriteString("type", "value.v0");
                json.WriteString("connectionString", database.ConnectionStringExpression.ValueExpression);
                break;
            case ConnectionStringResource connection:
                json.WriteString("type", "parameter.v0");
                json.WriteString("connectionString", $"{{{connection.Name}.value}}");
                WriteInput(json, connection.Name, secret: true, isGenerated: false);
                break;
            case ParameterResource parameter:
                json.WriteString("type", "parameter.v0");
                WriteInput(json, parameter.Name, parameter.Secret, parameter.IsGenerated);
                break;
            default:
                throw new DistributedApplicationException($"'{resource.Name}' is of a kind that the manifest has no word for: {resource.GetType().Name}");
        }
    }

    private static void WriteInput(Utf8JsonWriter json, string name, bool secret, bool isGenerated)
    {
        json.WriteString("value", $"{{{name}.inputs.value}}");
        json.WriteStartObject("inputs");
        json.WriteStartObject("value");
        json.WriteString("type", "string");
        if (secret)
            json.WriteBoolean("secret", true);
        if (isGenerated)
        {
            json.WriteStartObject("default");
            json.WriteStartObject("generate");
            json.WriteNumber("minLength", 22);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteArguments(Utf8JsonWriter json, Resource resource)
    {
        if (resource.Arguments.Count == 0)
            return;
        json.WriteStartArray("args");
        foreach (var argument in resource.Arguments)
            json.WriteStringValue(Expression(argument));
        json.WriteEndArray();
    }

    private static void WriteEnvironment(Utf8JsonWriter json, Resource resource)
    {
        if (resource.Environment.Count == 0)
            return;
        json.WriteStartObject("env");
        foreach (var (name, value) in resource.Environment)
            json.WriteString(name, Expression(value));
        json.WriteEndObject();
    }

    private static void WriteMounts(Utf8JsonWriter json, ContainerResource container, string folder)
    {
        foreach (var kind in container.Mounts.GroupBy(m => m.IsBind))
        {
            json.WriteStartArray(kind.Key ? "bindMounts" : "volumes");
            foreach (var mount in kind)
            {
                json.WriteStartObject();
                if (mount.IsBind)
                    json.WriteString("source", Relative(folder, mount.Source));
                else
                    json.WriteString("name", mount.Source);
                json.WriteString("target", mount.Target);
                json.WriteBoolean("readOnly", mount.IsReadOnly);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteBindings(Utf8JsonWriter json, Resource resource)
    {
        if (resource.Endpoints.Count == 0)
            return;
        json.WriteStartObject("bindings");
        foreach (var endpoint in resource.Endpoints)
        {
            json.WriteStartObject(endpoint.Name);
            json.WriteString("scheme", endpoint.Scheme);
            json.WriteString("protocol", "tcp");
            json.WriteString("transport", endpoint.Transport);
            if (endpoint.Port is { } port)
                json.WriteNumber("port", port);
            if (endpoint.TargetPort is { } targetPort)
                json.WriteNumber("targetPort", targetPort);
            if (endpoint.IsExternal)
                json.WriteBoolean("external", true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Expression(object value) => value is IManifestExpressionProvider reference ? reference.ValueExpression : (string)value;

    private static string Relative(string folder, string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');
}
