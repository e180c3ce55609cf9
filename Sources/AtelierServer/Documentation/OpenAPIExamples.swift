import Classification

/// Answers as they look.
enum OpenAPIExamples {
  static func prediction(_ engine: EngineKind) -> OrderedJSON {
    [
      "model": .string(engine.displayName),
      "class": "T-shirt/top",
      "confidence": .fixed(0.9876, decimals: 4),
      "inference_time_ms": .fixed(2.34, decimals: 3),
      "id": "01a20c9f-b0ba-75f0-9120-0fab82f70917",
      "model_version": "fashion-lite-20261126",
      "top_k": [
        ["class": "T-shirt/top", "confidence": .fixed(0.9876, decimals: 4)],
        ["class": "Shirt", "confidence": .fixed(0.0101, decimals: 4)],
        ["class": "Dress", "confidence": .fixed(0.0015, decimals: 4)],
      ],
      "uncertain": false,
      "preprocess": "auto",
      "garment": true,
    ]
  }

  static let benchmark: OrderedJSON = {
    let engines: [(EngineKind, time: Double, speedup: String)] = [
      (.pytorch, 15.625, "1.00x"), (.torchscript, 6.25, "2.50x"), (.onnx, 3.125, "5.00x"),
      (.quantized, 7.8125, "2.00x"),
    ]
    func each(_ value: ((EngineKind, time: Double, speedup: String)) -> OrderedJSON) -> OrderedJSON
    {
      .object(engines.map { .init(name: $0.0.displayName, value: value($0)) })
    }
    return [
      "filename": "test_shirt.jpg",
      "models_tested": .array(engines.map { .string($0.0.displayName) }),
      "inference_times_ms": each { .fixed($0.time, decimals: 4) },
      "speed_comparison": each { .string($0.speedup) },
      "fastest_model": [
        "name": "ONNX", "time_ms": .fixed(3.125, decimals: 4), "speedup_over_slowest": "5.00x",
      ],
      "iterations": 50,
      "percentiles_ms": each {
        [
          "p50": .fixed($0.time, decimals: 4), "p95": .fixed($0.time * 1.2, decimals: 4),
          "p99": .fixed($0.time * 1.5, decimals: 4),
        ]
      },
      "predictions": each { _ in ["class": "Shirt", "confidence": .fixed(0.9876, decimals: 4)] },
    ]
  }()

  static let statistics: OrderedJSON = [
    "total_predictions": 1_234,
    "message": "统计数据来源于Redis缓存",
    "by_engine": ["ONNX": 1_000, "PyTorch": 234],
    "by_class": ["Bag": 600, "T-shirt/top": 634],
    "source": "redis",
  ]
}
