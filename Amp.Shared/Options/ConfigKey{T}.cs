namespace Amp.Shared.Options;

/// <summary>A key whose values are of type <typeparamref name="T"/>.</summary>
public sealed record ConfigKey<T>(string Name, ConfigType<T> Type, string Default, string Description) : ConfigKey(Name, Default, Description)
{
    public override string TypeName => Type.Name;

    public override string Allowed => Type.Allowed;

    public override TomlShapes Shapes => Type.Shapes;
}
