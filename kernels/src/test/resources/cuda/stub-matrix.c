// libcublasLt.so.13 and libcublas.so.12 for tests without a GPU: column-major products on the host, summed in
// float64, for the one form the engine asks for, D = A^T B. What does not fit that form is an error status.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct { int type; uint64_t rows, columns; int64_t stride; } Layout;
typedef struct { int compute, scale, transpose_a; } Desc;
typedef struct { uint64_t workspace; uint32_t alignment[4]; } Preference;

static double element(const void *matrix, int type, uint64_t index) {
  if (type == 0) return ((const float *)matrix)[index];
  uint32_t bits = (uint32_t)((const uint16_t *)matrix)[index] << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static int multiply(const void *a, int a_type, int64_t lda, const void *b, int b_type, int64_t ldb, void *d, int d_type,
                    int64_t ldd, uint64_t m, uint64_t n, uint64_t k) {
  if ((a_type && a_type != 14) || a_type != b_type || (d_type && d_type != a_type)) return 15;
  for (uint64_t i = 0; i < m; i++)
    for (uint64_t j = 0; j < n; j++) {
      double sum = 0;
      for (uint64_t l = 0; l < k; l++) sum += element(a, a_type, l + i * lda) * element(b, b_type, l + j * ldb);
      float value = (float)sum;
      if (d_type == 0) {
        ((float *)d)[i + j * ldd] = value;
      } else {
        uint32_t bits;
        memcpy(&bits, &value, 4);
        ((uint16_t *)d)[i + j * ldd] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
      }
    }
  return 0;
}

int cublasLtCreate(void **handle) { *handle = malloc(1); return 0; }
int cublasLtDestroy(void *handle) { free(handle); return 0; }
int cublasLtMatmulDescCreate(Desc **desc, int compute, int scale) { *desc = calloc(1, sizeof(Desc)); (*desc)->compute = compute; (*desc)->scale = scale; return 0; }
int cublasLtMatmulDescSetAttribute(Desc *desc, int attribute, const void *value, size_t bytes) {
  if (attribute != 3 || bytes != 4) return 7;
  desc->transpose_a = *(const int *)value;
  return 0;
}
int cublasLtMatmulDescDestroy(Desc *desc) { free(desc); return 0; }
int cublasLtMatrixLayoutCreate(Layout **layout, int type, uint64_t rows, uint64_t columns, int64_t stride) {
  *layout = malloc(sizeof(Layout));
  **layout = (Layout){type, rows, columns, stride};
  return 0;
}
int cublasLtMatrixLayoutDestroy(Layout *layout) { free(layout); return 0; }
int cublasLtMatmulPreferenceCreate(Preference **preference) { *preference = calloc(1, sizeof(Preference)); return 0; }
int cublasLtMatmulPreferenceSetAttribute(Preference *preference, int attribute, const void *value, size_t bytes) {
  if (attribute == 1 && bytes == 8) memcpy(&preference->workspace, value, 8);
  else if (attribute >= 5 && attribute <= 8 && bytes == 4) memcpy(&preference->alignment[attribute - 5], value, 4);
  else return 7;
  return 0;
}
int cublasLtMatmulPreferenceDestroy(Preference *preference) { free(preference); return 0; }
int cublasLtMatmulAlgoGetHeuristic(void *handle, Desc *desc, Layout *a, Layout *b, Layout *c, Layout *d, Preference *preference,
                                   int wanted, char *result, int *found) {
  *found = 0;
  if (!handle || wanted != 1 || desc->compute != 68 || desc->scale != 0 || desc->transpose_a != 1 || c != d) return 7;
  if (a->rows != b->rows || d->rows != a->columns || d->columns != b->columns) return 7;
  if (preference->workspace != 32 << 20) return 7;
  for (int i = 0; i < 4; i++) if (preference->alignment[i] < 4) return 0;
  memset(result, 0x5a, 64);
  *(uint64_t *)(result + 64) = 1024;
  *found = 1;
  return 0;
}
int cublasLtMatmul(void *handle, Desc *desc, const float *alpha, const void *a, Layout *al, const void *b, Layout *bl,
                   const float *beta, const void *c, Layout *cl, void *d, Layout *dl, const char *algorithm,
                   void *workspace, size_t workspace_bytes, void *stream) {
  (void)desc;
  if (!handle || *alpha != 1 || *beta != 0 || c != d || cl != dl || algorithm[0] != 0x5a || !workspace ||
      workspace_bytes != 1024 || !stream) return 7;
  return multiply(a, al->type, al->stride, b, bl->type, bl->stride, d, dl->type, dl->stride, dl->rows, dl->columns, al->rows);
}

static void *stream_set, *workspace_set;
int cublasCreate_v2(void **handle) { *handle = malloc(1); return 0; }
int cublasDestroy_v2(void *handle) { free(handle); return 0; }
int cublasSetStream_v2(void *handle, void *stream) { stream_set = stream; workspace_set = 0; return handle ? 0 : 7; }
int cublasSetWorkspace_v2(void *handle, void *workspace, size_t bytes) { workspace_set = workspace; return handle && bytes == 32 << 20 ? 0 : 7; }
int cublasGemmEx(void *handle, int ta, int tb, int m, int n, int k, const float *alpha, const void *a, int a_type, int lda,
                 const void *b, int b_type, int ldb, const float *beta, void *c, int c_type, int ldc, int compute, int algorithm) {
  if (!handle || ta != 1 || tb != 0 || *alpha != 1 || *beta != 0 || compute != 68 || algorithm != -1 || !stream_set ||
      !workspace_set) return 7;
  return multiply(a, a_type, lda, b, b_type, ldb, c, c_type, ldc, m, n, k);
}
