namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that the manifest names as <c>{resource.property}</c>.</summary>
public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}
