// What is used of libuv, whose functions Node exports. The header uv.h comes with the headers of Node only, which a machine
// that builds need not have. The interface of libuv 1 is stable, and handles are as large as uv_handle_size says.
#pragma once
#include <cstddef>

extern "C" {
struct uv_loop_s;
struct uv_handle_s;
typedef void (*uv_close_cb)(uv_handle_s*);
typedef void (*uv_poll_cb)(uv_handle_s*, int status, int events);
typedef void (*uv_loop_cb)(uv_handle_s*);

size_t uv_handle_size(int type);
void uv_handle_set_data(uv_handle_s*, void*);
void* uv_handle_get_data(const uv_handle_s*);
void uv_close(uv_handle_s*, uv_close_cb);
void uv_ref(uv_handle_s*);
void uv_unref(uv_handle_s*);
int uv_backend_timeout(const uv_loop_s*);

int uv_poll_init(uv_loop_s*, uv_handle_s*, int fd);
int uv_poll_start(uv_handle_s*, int events, uv_poll_cb);
int uv_poll_stop(uv_handle_s*);
int uv_prepare_init(uv_loop_s*, uv_handle_s*);
int uv_prepare_start(uv_handle_s*, uv_loop_cb);
int uv_check_init(uv_loop_s*, uv_handle_s*);
int uv_check_start(uv_handle_s*, uv_loop_cb);
int uv_idle_init(uv_loop_s*, uv_handle_s*);
int uv_idle_start(uv_handle_s*, uv_loop_cb);
int uv_idle_stop(uv_handle_s*);
}

namespace rzmq {

// uv_handle_type and uv_poll_event
constexpr int UV_CHECK_TYPE = 2;
constexpr int UV_IDLE_TYPE = 6;
constexpr int UV_POLL_TYPE = 8;
constexpr int UV_PREPARE_TYPE = 9;
constexpr int UV_READABLE_EVENT = 1;

}  // namespace rzmq
