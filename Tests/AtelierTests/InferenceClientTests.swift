import Dataset
import Foundation
import Glibc
import Imaging
import OracleSupport
import Subprocess
import Testing

/// The clients that people have for the Open Inference Protocol, as they come from PyPI.
@Suite(.timeLimit(.minutes(15))) struct InferenceClientTests {
  @Test(arguments: ["triton.py", "kserve_clients.py"])
  func everyCallOfTheirsWorks(script: String) async throws {
    try await withTemporaryDirectory { home in
      let levels = try FashionMNIST().test.image(at: 0)
      let png = PNGEncoder.encode(grey: Array(levels), width: 28, height: 28)
      let file = home.appending(path: "picture.png")
      try Data(png).write(to: file)
      let port = try WebService.freePort()
      let environment = [
        "ATELIER_GRPC_PORT": String(port),
        "ATELIER_API_KEYS": "\(RunningServer.key):admin,\(WebService.predictKey):predict",
      ]
      let (_, status) = try await RunningServer.run(
        home: home, engines: "onnx,native", environment: environment
      ) { server in
        defer { server.stop(SIGTERM) }
        let garment = try await server.garment(in: png)
        let output = try await Oracle.run(
          script: script,
          arguments: [
            "127.0.0.1:\(server.port)", "127.0.0.1:\(port)", RunningServer.key,
            WebService.predictKey, file.path, garment, "1",
          ], environment: "inference")
        let count = try #require(Int(output.split(separator: "\n").last ?? ""))
        #expect(count > 1)
        // Each was stored, and counted once.
        #expect(try await server.get("/stats").contains("\"total_predictions\":\(count),"))
      }
      #expect(status == .exited(0))
    }
  }
}
