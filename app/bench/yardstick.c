/* The yardstick of `aann bench`: a network of two layers, its sizes known to the compiler, trained by hand-written C.

   Compiled by bench/yardstick.py:  gcc -O3 -march=native -ffast-math -fPIC -DNI=2 -DNH=8 -DNO=1

   States lie so that all inner loops run over neighbours: first layer input by input, W1[NI + 1][NH] with the bias first,
   then W2[NO][NH], then the second layer's biases [NO]. Time is in units of T_row, so the rate is eta. */

#include <math.h>
#include <string.h>

#define N1 ((NI + 1) * NH)
#define N2 (NO * NH)
#define N (N1 + N2 + NO)
#define ALIGNED __attribute__((aligned(64)))

static double eta, gain;
static double k[7][N] ALIGNED, trial[N] ALIGNED, w[N] ALIGNED;

/* Equations (5) to (16) of the paper for ideal parts: dw/dt = -eta dE/dw. */
static __attribute__((noinline)) void slopes(const double *restrict w, const double *restrict x,
                                             const double *restrict t, double *restrict dw) {
    double net[NH] ALIGNED, h[NH] ALIGNED, slope[NH] ALIGNED, back[NH] ALIGNED;
    const double *restrict w2 = w + N1, *restrict b2 = w2 + N2;
    for (int j = 0; j < NH; j++) net[j] = w[j];
    for (int i = 0; i < NI; i++)
        for (int j = 0; j < NH; j++) net[j] += x[i] * w[(i + 1) * NH + j];
    for (int j = 0; j < NH; j++) {
        double s = 1.0 / (1.0 + exp(-gain * net[j]));
        h[j] = s;
        slope[j] = gain * s * (1.0 - s);
        back[j] = 0.0;
    }
    for (int o = 0; o < NO; o++) {
        double sum = b2[o];
        for (int j = 0; j < NH; j++) sum += h[j] * w2[o * NH + j];
        double s = 1.0 / (1.0 + exp(-gain * sum));
        double charge = -eta * (s - t[o]) * gain * s * (1.0 - s);
        dw[N1 + N2 + o] = charge;
        for (int j = 0; j < NH; j++) {
            back[j] += charge * w2[o * NH + j];
            dw[N1 + o * NH + j] = charge * h[j];
        }
    }
    for (int j = 0; j < NH; j++) {
        back[j] *= slope[j];
        dw[j] = back[j];
    }
    for (int i = 0; i < NI; i++)
        for (int j = 0; j < NH; j++) dw[(i + 1) * NH + j] = x[i] * back[j];
}

#define STAGE(number, sum)                                                                                             \
    for (int i = 0; i < N; i++) trial[i] = w[i] + h * (sum);                                                           \
    slopes(trial, x, t, k[number]);

/* Dormand and Prince 5(4), restarted at every row; returns the steps taken. */
static long dp5_row(const double *x, const double *t, double rtol, double atol) {
    double time = 0.0, h = 1.0;
    long steps = 0;
    slopes(w, x, t, k[0]);
    for (;;) {
        STAGE(1, (1. / 5) * k[0][i])
        STAGE(2, (3. / 40) * k[0][i] + (9. / 40) * k[1][i])
        STAGE(3, (44. / 45) * k[0][i] - (56. / 15) * k[1][i] + (32. / 9) * k[2][i])
        STAGE(4, (19372. / 6561) * k[0][i] - (25360. / 2187) * k[1][i] + (64448. / 6561) * k[2][i]
                     - (212. / 729) * k[3][i])
        STAGE(5, (9017. / 3168) * k[0][i] - (355. / 33) * k[1][i] + (46732. / 5247) * k[2][i] + (49. / 176) * k[3][i]
                     - (5103. / 18656) * k[4][i])
        STAGE(6, (35. / 384) * k[0][i] + (500. / 1113) * k[2][i] + (125. / 192) * k[3][i] - (2187. / 6784) * k[4][i]
                     + (11. / 84) * k[5][i])
        steps++;
        double total = 0.0;
        for (int i = 0; i < N; i++) {
            double error = h * ((71. / 57600) * k[0][i] - (71. / 16695) * k[2][i] + (71. / 1920) * k[3][i]
                                - (17253. / 339200) * k[4][i] + (22. / 525) * k[5][i] - (1. / 40) * k[6][i]);
            double a = fabs(w[i]), b = fabs(trial[i]);
            error /= atol + rtol * (a > b ? a : b);
            total += error * error;
        }
        total /= N;
        if (total <= 1.0) {
            time += h;
            memcpy(w, trial, sizeof w);
            if (time >= 1.0 - 1e-12) return steps;
            memcpy(k[0], k[6], sizeof k[0]);
        }
        double factor = 0.9 * pow(total + 1e-60, -0.1);
        h *= factor > 5.0 ? 5.0 : factor < 0.2 ? 0.2 : factor;
        if (time + h > 1.0) h = 1.0 - time;
    }
}

/* The classical method of order 4, one step a row. */
static long rk4_row(const double *x, const double *t) {
    double h = 1.0;
    slopes(w, x, t, k[0]);
    STAGE(1, 0.5 * k[0][i])
    STAGE(2, 0.5 * k[1][i])
    STAGE(3, k[2][i])
    for (int i = 0; i < N; i++) w[i] += h / 6.0 * (k[0][i] + 2.0 * (k[1][i] + k[2][i]) + k[3][i]);
    return 1;
}

/* Trains `volts` (weights neuron by neuron, bias first) for `epochs` passes over x [rows][NI], t [rows][NO], starting at
   row `first` of the pass; returns the number of steps. method: 0 dp5, 1 rk4. */
long train(double *volts, const double *x, const double *t, long rows, long first, long count, int method, double rate,
           double steepness, double rtol) {
    long steps = 0;
    eta = rate;
    gain = steepness;
    for (int j = 0; j < NH; j++)
        for (int i = 0; i <= NI; i++) w[i * NH + j] = volts[j * (NI + 1) + i];
    for (int o = 0; o < NO; o++) {
        w[N1 + N2 + o] = volts[N1 + o * (NH + 1)];
        for (int j = 0; j < NH; j++) w[N1 + o * NH + j] = volts[N1 + o * (NH + 1) + 1 + j];
    }
    for (long number = first; number < first + count; number++) {
        long row = number % rows;
        if (method == 1)
            steps += rk4_row(x + row * NI, t + row * NO);
        else
            steps += dp5_row(x + row * NI, t + row * NO, rtol, rtol * 0.01);
    }
    for (int j = 0; j < NH; j++)
        for (int i = 0; i <= NI; i++) volts[j * (NI + 1) + i] = w[i * NH + j];
    for (int o = 0; o < NO; o++) {
        volts[N1 + o * (NH + 1)] = w[N1 + N2 + o];
        for (int j = 0; j < NH; j++) volts[N1 + o * (NH + 1) + 1 + j] = w[N1 + o * NH + j];
    }
    return steps;
}
