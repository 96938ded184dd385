{
  "targets": [
    {
      "target_name": "rzmq_uring",
      "conditions": [
        [
          "OS=='linux'",
          {
            "sources": [
              "src/binding.cc",
              "src/buffers.cc",
              "src/client.cc",
              "src/driver.cc",
              "src/probe.cc",
              "src/ring.cc",
              "src/sockets.cc"
            ],
            "include_dirs": ["<!(node -p \"require('node-api-headers').include_dir\")"],
            "cflags_cc": ["-std=c++20", "-Wall", "-Wextra", "-fvisibility=hidden"]
          },
          { "type": "none" }
        ]
      ]
    }
  ]
}
