// libcuda.so.1 for tests without a GPU: device memory is host memory, streams run at once, and the one
// kernel it knows, store(.u64 address, .u32 value), writes a word. It counts what is alive, so that a test
// can see that all of it was freed, and fails on demand.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int CUresult;
typedef struct { uint64_t address; uint32_t value; } Store;
typedef struct { int count; Store stores[4096]; } Graph;
typedef struct { int captures; Graph graph; } Stream;
typedef struct { int failing; } Function;

static int live_memory, live_pinned, live_streams, live_events, live_graphs, live_modules, live_contexts;
static int next_result, sticky, overlapping;
static __thread int current;

#define ENTER() do { if (sticky) return sticky; if (!current) return 201; } while (0)

// What tests ask and set.
int stub_live(void) {
  return live_memory + live_pinned + live_streams + live_events + live_graphs + live_modules + live_contexts;
}
int stub_overlapping(void) { return overlapping; }
void stub_fail_next_launch(int code) { next_result = code; }

CUresult cuInit(unsigned flags) { return flags; }
CUresult cuDriverGetVersion(int *version) { *version = getenv("STUB_VERSION") ? atoi(getenv("STUB_VERSION")) : 12020; return 0; }
CUresult cuDeviceGetCount(int *count) { *count = getenv("STUB_DEVICES") ? atoi(getenv("STUB_DEVICES")) : 1; return 0; }
CUresult cuDeviceGet(int *device, int ordinal) { *device = ordinal; return ordinal == 0 ? 0 : 101; }
CUresult cuDeviceGetName(char *name, int length, int device) { snprintf(name, length, "Stub %d", device); return 0; }
CUresult cuDeviceTotalMem_v2(size_t *bytes, int device) { (void)device; *bytes = (size_t)1 << 30; return 0; }
CUresult cuDeviceGetAttribute(int *value, int attribute, int device) {
  (void)device;
  switch (attribute) {
    case 75: *value = getenv("STUB_MAJOR") ? atoi(getenv("STUB_MAJOR")) : 9; break;
    case 76: *value = 0; break;
    case 16: *value = 132; break;
    case 97: *value = 227 * 1024; break;
    case 38: *value = 50 << 20; break;
    default: *value = 0;
  }
  return 0;
}

CUresult cuDevicePrimaryCtxRetain(void **context, int device) { (void)device; live_contexts++; *context = &live_contexts; return 0; }
CUresult cuDevicePrimaryCtxRelease_v2(int device) { (void)device; live_contexts--; return 0; }
CUresult cuCtxSetCurrent(void *context) { current = context == &live_contexts; return 0; }

CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total) { ENTER(); *free_bytes = 1000 << 20; *total = 1024 << 20; return 0; }
CUresult cuMemAlloc_v2(uint64_t *address, size_t bytes) {
  ENTER();
  if (bytes > (size_t)1 << 30) return 2;
  void *memory;
  if (posix_memalign(&memory, 256, bytes)) return 2;
  *address = (uint64_t)memory;
  live_memory++;
  return 0;
}
CUresult cuMemFree_v2(uint64_t address) { ENTER(); free((void *)address); live_memory--; return 0; }
CUresult cuMemHostAlloc(void **memory, size_t bytes, unsigned flags) { ENTER(); (void)flags; *memory = malloc(bytes); live_pinned++; return 0; }
CUresult cuMemFreeHost(void *memory) { ENTER(); free(memory); live_pinned--; return 0; }
CUresult cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, void *stream) { ENTER(); (void)stream; memcpy((void *)to, from, bytes); return 0; }
CUresult cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *stream) { ENTER(); (void)stream; memcpy(to, (void *)from, bytes); return 0; }
CUresult cuMemsetD8Async(uint64_t to, unsigned char value, size_t bytes, void *stream) { ENTER(); (void)stream; memset((void *)to, value, bytes); return 0; }

CUresult cuModuleLoadDataEx(void **module, const void *image, unsigned count, int *options, void **values) {
  ENTER();
  if (!strstr(image, ".entry store")) {
    for (unsigned i = 0; i < count; i++)
      if (options[i] == 5) strcpy(values[i], "ptxas fatal: line 3: no store");
    return 218;
  }
  *module = malloc(1);
  live_modules++;
  return 0;
}
CUresult cuModuleUnload(void *module) { ENTER(); free(module); live_modules--; return 0; }
CUresult cuModuleGetFunction(void **function, void *module, const char *name) { ENTER(); (void)module; static Function store; *function = &store; return strcmp(name, "store") ? 500 : 0; }
CUresult cuFuncGetAttribute(int *value, int attribute, void *function) { ENTER(); (void)function; *value = attribute == 4 ? 12 : attribute == 1 ? 1024 : 0; return 0; }
CUresult cuFuncSetAttribute(void *function, int attribute, int value) { ENTER(); (void)function; return attribute == 8 && value == 227 * 1024 - 1024 ? 0 : 1; }

CUresult cuStreamCreate(void **stream, unsigned flags) { ENTER(); if (flags != 1) return 1; *stream = calloc(1, sizeof(Stream)); live_streams++; return 0; }
CUresult cuStreamDestroy_v2(void *stream) { ENTER(); free(stream); live_streams--; return 0; }
CUresult cuStreamSynchronize(void *stream) { (void)stream; ENTER(); return 0; }
CUresult cuStreamWaitEvent(void *stream, void *event, unsigned flags) { ENTER(); return stream && event ? (int)flags : 400; }
CUresult cuStreamBeginCapture_v2(void *stream, int mode) { ENTER(); if (mode != 1) return 1; Stream *s = stream; s->captures = 1; s->graph.count = 0; return 0; }
CUresult cuStreamEndCapture(void *stream, void **graph) {
  ENTER();
  Stream *s = stream;
  s->captures = 0;
  Graph *copy = malloc(sizeof(Graph));
  *copy = s->graph;
  live_graphs++;
  *graph = copy;
  return 0;
}
CUresult cuGraphInstantiateWithFlags(void **executable, void *graph, unsigned long long flags) {
  ENTER();
  if (flags) return 1;
  Graph *copy = malloc(sizeof(Graph));
  memcpy(copy, graph, sizeof(Graph));
  live_graphs++;
  *executable = copy;
  return 0;
}
CUresult cuGraphDestroy(void *graph) { ENTER(); free(graph); live_graphs--; return 0; }
CUresult cuGraphExecDestroy(void *graph) { ENTER(); free(graph); live_graphs--; return 0; }
CUresult cuGraphLaunch(void *graph, void *stream) {
  ENTER();
  (void)stream;
  Graph *g = graph;
  for (int i = 0; i < g->count; i++) *(uint32_t *)g->stores[i].address = g->stores[i].value;
  return 0;
}

static CUresult launch(Stream *stream, void **parameters) {
  ENTER();
  if (next_result) {
    int result = next_result;
    next_result = 0;
    if (result >= 700 && result != 701) sticky = result;
    return result;
  }
  Store store = {*(uint64_t *)parameters[0], *(uint32_t *)parameters[1]};
  if (stream->captures) stream->graph.stores[stream->graph.count++] = store;
  else *(uint32_t *)store.address = store.value;
  return 0;
}
CUresult cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                        unsigned shared, void *stream, void **parameters, void **extra) {
  if (!function || gx * gy * gz == 0 || bx * by * bz == 0 || shared > 227 * 1024 || extra) return 1;
  return launch(stream, parameters);
}
typedef struct { int id; int pad; union { int flag; char bytes[64]; } value; } Attribute;
typedef struct { unsigned grid[3], block[3], shared; void *stream; Attribute *attributes; unsigned count; } Config;
CUresult cuLaunchKernelEx(const Config *config, void *function, void **parameters, void **extra) {
  if (!function || extra || config->count != 1 || config->attributes->id != 6 || config->attributes->value.flag != 1) return 1;
  overlapping++;
  return launch(config->stream, parameters);
}
CUresult cuTensorMapEncodeTiled(void *map, int type, unsigned rank, void *address, const uint64_t *dims, const uint64_t *strides,
                                const unsigned *box, const unsigned *steps, int interleave, int swizzle, int promotion, int fill) {
  (void)type; (void)address; (void)dims; (void)strides; (void)box; (void)steps; (void)interleave; (void)swizzle; (void)promotion; (void)fill;
  ENTER();
  if (rank == 0 || (uintptr_t)map % 64) return 1;
  memset(map, 0, 128);
  return 0;
}

CUresult cuEventCreate(void **event, unsigned flags) { ENTER(); *event = malloc(1); live_events++; return (int)flags; }
CUresult cuEventDestroy_v2(void *event) { ENTER(); free(event); live_events--; return 0; }
CUresult cuEventRecord(void *event, void *stream) { ENTER(); return event && stream ? 0 : 400; }
CUresult cuEventSynchronize(void *event) { ENTER(); return event ? 0 : 400; }
CUresult cuEventElapsedTime(float *milliseconds, void *from, void *to) { ENTER(); *milliseconds = from != to ? 0.5f : 0; return 0; }
