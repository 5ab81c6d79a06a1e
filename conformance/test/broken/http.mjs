// Servers that do not answer as all requests are answered.

export default [
  {
    id: 'S-HTTP-6',
    answer(answer) {
      if (answer.status !== 200) delete answer.headers.date;
    },
  },
];
