namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that has its value when the picture runs.</summary>
public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}
