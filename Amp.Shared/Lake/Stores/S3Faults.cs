using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Amp.Shared.Faults;
using Amp.Shared.Options;

namespace Amp.Shared.Lake.Stores;

/// <summary>What a bucket's refusals mean, in the words of our settings; no secret is among them.</summary>
/// <param name="setting">The key that names the bucket.</param>
/// <param name="root">Its address.</param>
internal sealed class S3Faults(string setting, string root, ObjectStorageSettings settings)
{
    private readonly string _bucket = StoreAddress.Split(root).Bucket;

    private string Where => settings.Endpoint is { } endpoint ? $"the store at {endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}" : $"Amazon S3 in {settings.Region}";

    public static bool IsMissing(Exception fault) => fault is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound, ErrorCode: not "NoSuchBucket" };

    /// <summary>The answer to a conditional write whose name exists.</summary>
    public static bool IsTaken(Exception fault) => fault is AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed };

    /// <summary>The upload is not there any more: it was completed, or dropped.</summary>
    public static bool IsNoUpload(Exception fault) => fault is AmazonS3Exception { ErrorCode: "NoSuchUpload" };

    public static bool IsOfStore(Exception fault, CancellationToken cancellationToken) => fault switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => fault is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException or TimeoutException,
    };

    /// <param name="fault">What the SDK said.</param>
    /// <param name="what">What we were about to do: "write a file".</param>
    public AmpException Of(Exception fault, string what)
    {
        if (fault is AmazonServiceException { StatusCode: not default(HttpStatusCode) } refusal)
            return OfAnswer(refusal, what);
        return new RetryableException(
            ErrorCode.ObjectStoreError, $"{setting} is '{root}': {Where} cannot be reached to {what} (AWS_ENDPOINT_URL and AWS_REGION say where it is)", fault);
    }

    private AmpException OfAnswer(AmazonServiceException refusal, string what)
    {
        var status = (int)refusal.StatusCode;
        var mend = refusal.ErrorCode switch
        {
            "NoSuchBucket" => $"there is no bucket '{_bucket}' at {Where}: make it, or correct {setting}",
            "InvalidAccessKeyId" => $"{Where} does not know the key of AWS_ACCESS_KEY_ID",
            "SignatureDoesNotMatch" => "AWS_SECRET_ACCESS_KEY is not the secret of AWS_ACCESS_KEY_ID",
            "ExpiredToken" or "InvalidToken" => "AWS_SESSION_TOKEN has expired, or does not belong to AWS_ACCESS_KEY_ID",
            "RequestTimeTooSkewed" => "the clock of this machine is wrong",
            "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" or "InvalidRegion" => WrongRegion(),
            "AccessDenied" or "AllAccessDisabled" or "Forbidden" => NotAllowed(what),

            // Ceph answers it with 403: it is no matter of rights, and room may come.
            "QuotaExceeded" => null,
            _ when status is 301 or 307 => WrongRegion(),
            _ when status is 401 or 403 => NotAllowed(what),
            _ => null,
        };
        if (mend is not null)
            return new AmpException(ErrorCode.ObjectStoreError, $"{setting} is '{root}': {mend}", refusal);
        if (refusal.ErrorCode == "QuotaExceeded")
            return new RetryableException(ErrorCode.ObjectStoreError, $"{setting} is '{root}': bucket '{_bucket}' is full (its quota at {Where} is reached): make room, or raise the quota", refusal);
        var text = $"{setting} is '{root}': {Where} did not let us {what} (status {status}{(refusal.ErrorCode is { Length: > 0 } code ? $", {code}" : "")})";
        return status >= 500 || status is 408 or 409 or 429 || refusal.ErrorCode is "SlowDown" or "RequestTimeout"
            ? new RetryableException(ErrorCode.ObjectStoreError, text, refusal)
            : new AmpException(ErrorCode.ObjectStoreError, $"{text}: is it an S3 store, and a bucket of it?", refusal);
    }

    private string NotAllowed(string what) =>
        $"the key of AWS_ACCESS_KEY_ID may not {what} in bucket '{_bucket}': let it read, write, list and delete there";

    private string WrongRegion() => $"bucket '{_bucket}' is not in region '{settings.Region}': set AWS_REGION to the bucket's region";
}
