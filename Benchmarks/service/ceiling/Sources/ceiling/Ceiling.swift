import Hummingbird
import Logging

/// The least a service on Hummingbird can do: it reads the body of a prediction request, and answers
/// a constant as long as a prediction.
@main
struct Ceiling {
  private static let answer = """
    {"model":"ONNX","class":"Sneaker","confidence":0.9977,"inference_time_ms":0.100,\
    "id":"019ab4f0-0000-7000-8000-000000000000","model_version":"fashion-cnn-20261126","top_k":[\
    {"class":"Sneaker","confidence":0.9977},{"class":"Shirt","confidence":0.0007},\
    {"class":"Coat","confidence":0.0004}],"uncertain":false,"preprocess":"auto"}
    """

  static func main() async throws {
    guard let port = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) else {
      fatalError("usage: ceiling PORT")
    }
    var logger = Logger(label: "ceiling")
    logger.logLevel = .warning
    let router = Router()
    router.get("/health/ready") { _, _ in "ready" }
    router.post("/predict-onnx") { request, _ in
      _ = try await request.body.collect(upTo: 10 << 20)
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: answer)))
    }
    let application = Application(
      router: router,
      configuration: ApplicationConfiguration(
        address: .hostname("127.0.0.1", port: port), backlog: 4_096),
      logger: logger)
    try await application.runService()
  }
}
