using System.Net.Sockets;
using Amp.Shared.Faults;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Amp.ServiceDefaults;

/// <summary>Binds Kestrel to configured addresses.</summary>
public static class Listening
{
    /// <summary>Both HTTP/1.1 and HTTP/2 with prior knowledge are answered there.</summary>
    public static WebApplicationBuilder ListenOn(this WebApplicationBuilder builder, ConfigKey key, ListenAddress address)
    {
        var binding = new ListenBinding(key, address);
        builder.Services.AddSingleton(binding);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address.Address, address.Port, listen =>
        {
            listen.AcceptHttp1AndHttp2();
            listen.Use(next => connection =>
            {
                connection.Items[typeof(ListenBinding)] = binding;
                return next(connection);
            });
        }));
        return builder;
    }

    /// <summary>The configured address that a request came in by; null in a test server without connections.</summary>
    public static ListenBinding? Listener(this HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(typeof(ListenBinding), out var binding) is true ? (ListenBinding?)binding : null;

    /// <summary>A failed bind as a fault that names the key; null when the exception is something else.</summary>
    internal static AmpException? Explain(Exception exception, IServiceProvider services)
    {
        if (exception is not IOException and not SocketException and not AddressInUseException)
            return null;
        var text = exception.Message;
        foreach (var binding in services.GetServices<ListenBinding>())
        {
            if (text.Contains(binding.Address.ToString(), StringComparison.Ordinal))
                return Fault(binding, exception);
        }

        // A socket error without an address can only be meant when there is one address.
        return exception is SocketException && services.GetServices<ListenBinding>().ToArray() is [var only] ? Fault(only, exception) : null;
    }

    private static AmpException Fault(ListenBinding binding, Exception exception)
    {
        var why = exception is AddressInUseException || exception.InnerException is AddressInUseException
            ? "another process listens there already"
            : "the address cannot be listened on";
        return new AmpException(
            ErrorCode.InvalidConfig,
            $"{binding.Key.Name} is {binding.Address}, but {why}; choose another one by {binding.Key.Name} or {binding.Key.Variable}",
            exception);
    }
}
